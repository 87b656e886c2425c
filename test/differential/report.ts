import type { Exploration } from "./explore.ts";
import { KNOWN_DIFFERENCES } from "./known-differences.ts";

/** The result for people. */
export function render(seen: Exploration, seed: number, seconds: number): string {
  const known = KNOWN_DIFFERENCES.filter(({ id }) => seen.known.has(id)).map(
    ({ id, right, what }) => `  ${seen.known.get(id) ?? 0} x ${id} (right: ${right}): ${what}`,
  );
  const findings = [...seen.findings.values()].flatMap(({ difference, sequence, seed: found }) => [
    `DIFFERENCE ${difference.signature}`,
    `  scene ${sequence.scene}, seed ${found}`,
    ...[...sequence.setup, ...sequence.steps]
      .slice(0, difference.place + 1)
      .map((step) => `    ${JSON.stringify(step)}`),
    `  Fanfare    ${short(difference.ours)}`,
    `  LocalStack ${short(difference.theirs)}`,
  ]);
  return [
    ...(known.length > 0 ? ["Known differences seen:", ...known] : []),
    ...findings,
    `${seen.operations} operations in ${seen.sequences} sequences, seed ${seed}, ${Math.round(seconds)} s: ` +
      `${seen.findings.size} unknown differences, ${known.length} known`,
  ].join("\n");
}

/** The result for programs. */
export function toJson(seen: Exploration, seed: number, seconds: number): string {
  const { operations, sequences, rounds } = seen;
  const findings = [...seen.findings.values()];
  return JSON.stringify(
    { operations, sequences, rounds, seed, seconds, known: Object.fromEntries(seen.known), findings },
    null,
    2,
  );
}

function short(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 1_500 ? `${text.slice(0, 1_500)}...` : text;
}
