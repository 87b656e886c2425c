/**
 * `npm run test:differential:dynamodb`: random sequences of calls to Fanfare's DynamoDB and to another emulator, side by
 * side. `--help` says what it takes.
 */
import { Command } from "commander";
import fc from "fast-check";
import { startServer } from "../../../lib/local/server/index.ts";
import { operations } from "./arbitraries.ts";
import { canonical } from "./compare.ts";
import { knownDifference } from "./known-differences.ts";
import { sideAt } from "./sides.ts";

const EXIT = { passed: 0, failed: 1 } as const;
const SEQUENCE = 50;

const options = new Command("test:differential:dynamodb")
  .requiredOption("--endpoint <url>", "the other DynamoDB: dynoxide, MiniStack or DynamoDB Local")
  .option("--operations <number>", "calls to each side", Number, 2_000)
  .option(
    "--plain-numbers",
    "numbers only as DynamoDB returns them: for an emulator that takes 1e2 and 100 for two",
    false,
  )
  .option("--seed <number>", "of the first sequence; the next have the next seeds", Number)
  .parse()
  .opts<{ endpoint: string; operations: number; plainNumbers: boolean; seed?: number }>();

const first = options.seed ?? Math.floor(Math.random() * 2 ** 31);
const operation = operations(options);
const server = await startServer();
const sides = [sideAt("Fanfare", server.endpoint), sideAt("the other", options.endpoint)] as const;
const known = new Map<string, number>();
const unknown = new Map<string, { count: number; example: string }>();
let done = 0;
const started = Date.now();
let told = started;

for (let seed = first; done < options.operations; seed++) {
  if (Date.now() - told > 30_000) {
    told = Date.now();
    console.error(
      `${done} of ${options.operations} operations, seed ${seed}, ${unknown.size} kinds of unknown differences`,
    );
  }
  await Promise.all(sides.map((side) => side.reset()));
  const sequence = fc.sample(operation, { seed, numRuns: SEQUENCE });
  for (const [index, call] of sequence.entries()) {
    const [ours, theirs] = await Promise.all(sides.map((side) => side.call(call)));
    done += 1;
    if (ours === undefined || theirs === undefined || canonical(call, ours) === canonical(call, theirs)) {
      continue;
    }
    const name = knownDifference(call, ours, theirs);
    if (name === undefined) {
      const kind = `${call.name}: ${canonical(call, ours).slice(0, 60)} | ${canonical(call, theirs).slice(0, 60)}`;
      const example = `seed ${seed}, call ${index}: ${JSON.stringify(call)}\n  ours   ${canonical(call, ours)} ${ours.status === "failed" ? ours.message : ""}\n  theirs ${canonical(call, theirs)}`;
      unknown.set(kind, { count: (unknown.get(kind)?.count ?? 0) + 1, example: unknown.get(kind)?.example ?? example });
    } else {
      known.set(name, (known.get(name) ?? 0) + 1);
    }
    if (ours.status !== "failed" || theirs.status !== "failed") {
      // The tables may no longer be the same.
      break;
    }
  }
}
for (const side of sides) {
  side.close();
}
await server.close();
console.log(`${done} operations, first seed ${first}, ${((Date.now() - started) / 1_000).toFixed(1)} s`);
for (const [name, count] of known) {
  console.log(`known      ${count} x ${name}`);
}
for (const [kind, { count, example }] of unknown) {
  console.log(`DIFFERENT  ${count} x ${kind}\n  ${example}`);
}
process.exitCode = unknown.size === 0 ? EXIT.passed : EXIT.failed;
