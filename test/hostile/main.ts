/**
 * `npm run test:hostile -- --records 100000 --seed 1` passes generated records to `consume` and `consumeBatch`, each batch between two
 * healthy ones: the consumer must not throw, each record must have one outcome, and the healthy ones must be handled.
 */
import { parseArgs } from "node:util";
import { z } from "zod";
import { consume, consumeBatch, defineContract, event, type Logger, type SqsRecord } from "../../lib/index.ts";
import { goodRecord, hostileRecord, randomOf } from "./records.ts";

const { values } = parseArgs({
  options: { records: { type: "string", default: "10000" }, seed: { type: "string", default: "1" } },
});
const contract = defineContract("orders", { Placed: event({ schema: z.object({ n: z.number() }) }) });
const context = { awsRequestId: "r", functionName: "f", getRemainingTimeInMillis: () => 60_000 };

const outcomes = new Map<string, string[]>();
const handled = new Set<string>();
const note = (_message: string, fields: Readonly<Record<string, unknown>>) => {
  const { messageId, outcome } = fields;
  if (typeof messageId === "string" && typeof outcome === "string") {
    outcomes.set(messageId, [...(outcomes.get(messageId) ?? []), outcome]);
  }
};
const logger: Logger = { debug: note, info: note, warn: note, error: note };
const options = {
  guarantee: "at-least-once",
  consumer: "c",
  backoff: false,
  deadLetterQueues: {},
  logger,
  logLevel: "debug",
} as const;
const consumers = {
  consume: consume(contract, { Placed: (_data, { record }) => void handled.add(record.messageId) }, options),
  consumeBatch: consumeBatch(
    contract,
    (items) => {
      for (const { record } of items) {
        handled.add(record.messageId);
      }
    },
    options,
  ),
};

/** What is wrong with how a batch ended. */
async function problemsOf(
  name: keyof typeof consumers,
  records: readonly SqsRecord[],
  good: readonly string[],
): Promise<string[]> {
  outcomes.clear();
  handled.clear();
  let failed: ReadonlySet<string>;
  try {
    const { batchItemFailures } = await consumers[name]({ Records: records }, context);
    failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
  } catch (error) {
    return [`${name} threw ${String(error)}`];
  }
  const problems = good
    .filter((id) => !handled.has(id) || failed.has(id))
    .map((id) => `${name}: healthy ${id} was touched`);
  for (const { messageId } of records) {
    const [outcome, ...more] = outcomes.get(messageId) ?? [];
    if (outcome === undefined || more.length > 0 || (outcome === "retry") !== failed.has(messageId)) {
      problems.push(`${name}: ${messageId} has the outcomes ${JSON.stringify(outcomes.get(messageId) ?? [])}`);
    }
  }
  return problems;
}

const seed = Number(values.seed);
const random = randomOf(seed);
const counts: Record<string, number> = {};
let records = 0;
let failures = 0;
for (let batch = 0; records < Number(values.records); batch++) {
  const hostile = Array.from({ length: 8 }, (_, index) => hostileRecord(random, `m${batch}-${index}`));
  const good = [`good${batch}-0`, `good${batch}-1`] as const;
  const name = batch % 2 === 0 ? "consume" : "consumeBatch";
  const problems = await problemsOf(name, [goodRecord(good[0]), ...hostile, goodRecord(good[1])], good);
  for (const [outcome] of outcomes.values()) {
    counts[outcome ?? ""] = (counts[outcome ?? ""] ?? 0) + 1;
  }
  records += hostile.length;
  failures += problems.length;
  if (problems.length > 0 && failures < 20) {
    console.log(`seed ${seed}, batch ${batch}: ${problems.join("; ")}\n${JSON.stringify(hostile).slice(0, 1_500)}`);
  }
}
console.log(
  `${records.toLocaleString("en")} hostile records, seed ${seed}: ${JSON.stringify(counts)}, ${failures} problems`,
);
process.exitCode = failures === 0 ? 0 : 1;
