import type { Exploration } from "./explore.ts";
import { KNOWN_DIFFERENCES } from "./known-differences/index.ts";

/** The result for people. */
export function render(seen: Exploration, seed: number, seconds: number): string {
  const used = KNOWN_DIFFERENCES.filter(({ id }) => seen.known.has(id));
  const unused = KNOWN_DIFFERENCES.filter(({ id }) => !seen.known.has(id));
  const findings = [...seen.findings.values()].flatMap(({ difference, sequence, seed: found }) => [
    `DIFFERENCE ${difference.signature}`,
    `  scene ${sequence.scene}, ${found === undefined ? "written down" : `seed ${found}`}`,
    ...[...sequence.setup, ...sequence.steps]
      .slice(0, difference.place + 1)
      .map((step) => `    ${JSON.stringify(step)}`),
    `  Fanfare    ${short(difference.ours)}`,
    `  LocalStack ${short(difference.theirs)}`,
  ]);
  return [
    ...(used.length > 0 ? ["Known differences seen:"] : []),
    ...used.map(({ id, right, what }) => `  ${seen.known.get(id) ?? 0} x ${id} (right: ${right}): ${what}`),
    ...(unused.length > 0 ? [`Known differences not seen: ${unused.map(({ id }) => id).join(", ")}`] : []),
    ...findings,
    `${seen.operations} operations in ${seen.sequences} sequences, seeds ${seed} to ${seed + seen.rounds - 1}, ` +
      `${Math.round(seconds)} s; besides, ${seen.shrinkOperations} operations to make failing sequences smaller, ` +
      `${seen.retries} sequences begun anew after no answer`,
    `${seen.findings.size} unknown differences, ${used.length} of ${KNOWN_DIFFERENCES.length} known ones seen`,
  ].join("\n");
}

/** The result for programs. */
export function toJson(seen: Exploration, seed: number, seconds: number): string {
  const { known, findings, ...numbers } = seen;
  const counts = Object.fromEntries(KNOWN_DIFFERENCES.map(({ id }) => [id, known.get(id) ?? 0]));
  return JSON.stringify({ ...numbers, seed, seconds, known: counts, findings: [...findings.values()] }, null, 2);
}

function short(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 1_500 ? `${text.slice(0, 1_500)}...` : text;
}
