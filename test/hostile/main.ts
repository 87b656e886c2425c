/**
 * `npm run test:hostile -- --records 100000 --seed 1` passes generated records to `consume`, `consumeBatch` and `poll`, each batch
 * between two healthy ones: the consumer must not throw, each record must have one outcome, and the healthy ones must be handled.
 */
import { parseArgs } from "node:util";
import type { SqsRecord } from "../../lib/index.ts";
import { type Consumer, consumers } from "./consumers.ts";
import { goodRecord, hostileRecord, randomOf } from "./records.ts";

const { values } = parseArgs({
  options: { records: { type: "string", default: "10000" }, seed: { type: "string", default: "1" } },
});

/** Batches that a consumer is given at once. */
const AT_ONCE = 20;

interface Batch {
  readonly number: number;
  readonly hostile: readonly SqsRecord[];
  readonly good: readonly string[];
}

interface Ended {
  readonly outcomes: readonly string[];
  readonly problems: readonly string[];
}

/** Passes a batch to a consumer, and says what is wrong with how it ended. */
async function ended({ outcomes, take }: Consumer, { hostile, good }: Batch): Promise<Ended> {
  const [first = "", last = ""] = good;
  const records = [goodRecord(first), ...hostile, goodRecord(last)];
  let kept: ReadonlySet<string>;
  try {
    kept = await take(records);
  } catch (error) {
    return { outcomes: [], problems: [`threw ${String(error)}`] };
  }
  const problems = good
    .filter((id) => !outcomes.handled.has(id) || kept.has(id))
    .map((id) => `healthy ${id} was touched`);
  for (const { messageId } of records) {
    const [outcome, ...more] = outcomes.of(messageId);
    if (outcome === undefined || more.length > 0 || (outcome === "retry") !== kept.has(messageId)) {
      problems.push(`${messageId} has the outcomes ${JSON.stringify(outcomes.of(messageId))}`);
    }
  }
  return { outcomes: records.map(({ messageId }) => outcomes.of(messageId)[0] ?? "none"), problems };
}

const seed = Number(values.seed);
const random = randomOf(seed);
const counts: Record<string, number> = {};
let records = 0;
let failures = 0;
let batches = 0;
const nextBatch = (): Batch => {
  const number = batches++;
  const hostile = Array.from({ length: 8 }, (_, index) => hostileRecord(random, `m${number}-${index}`));
  return { number, hostile, good: [`good${number}-0`, `good${number}-1`] };
};
const startedAt = performance.now();
const all = consumers();
while (records < Number(values.records)) {
  for (const [name, consumer] of all) {
    const given = Array.from({ length: AT_ONCE }, nextBatch);
    const results = await Promise.all(given.map((batch) => ended(consumer, batch)));
    for (const [index, { outcomes, problems }] of results.entries()) {
      const { number, hostile = [] } = given[index] ?? {};
      records += hostile.length;
      failures += problems.length;
      for (const outcome of outcomes) {
        const key = `${name}: ${outcome}`;
        counts[key] = (counts[key] ?? 0) + 1;
      }
      if (problems.length > 0 && failures < 20) {
        console.log(`seed ${seed}, batch ${number}, ${name}: ${problems.join("; ")}`);
        console.log(JSON.stringify(hostile).slice(0, 1_500));
      }
    }
    consumer.outcomes.clear();
  }
}
await Promise.all([...all.values()].map((consumer) => consumer.stop()));
const seconds = Math.round((performance.now() - startedAt) / 1_000);
console.log(`${records.toLocaleString("en")} hostile records, seed ${seed}, in ${seconds} s: ${failures} problems`);
console.log(JSON.stringify(counts));
process.exitCode = failures === 0 ? 0 : 1;
