import { describe, expect, test } from "vitest";
import { systemClock } from "../../../../lib/clock/index.ts";
import { type ConsumeOptions, consumeBatch, type SqsRecord } from "../../../../lib/index.ts";
import { recording } from "../recording-sqs.ts";
import {
  context,
  contract,
  DEAD_LETTER_QUEUES,
  envelope,
  MemoryStore,
  type Orders,
  offline,
  record,
  run,
} from "../support.ts";

const KEY = "billing#%2Fshop#orders.Placed#a";
const MINUTE = 60_000;

/** A process that is suspended while it records the start of a handler: when it continues, its time is over. */
function suspendedAtStart(guarantee: "at-most-once" | "exactly-once") {
  let suspendedFor = 0;
  const clock = { ...systemClock, now: () => systemClock.now() + suspendedFor };
  const store = new MemoryStore();
  const start = store.start.bind(store);
  store.start = async (starts) => {
    const results = await start(starts);
    suspendedFor = MINUTE;
    return results;
  };
  const { client } = recording();
  const options: ConsumeOptions<Orders> = {
    ...offline(),
    store,
    guarantee,
    clock,
    clients: { sqs: client },
    deadLetterQueues: DEAD_LETTER_QUEUES,
  };
  const continued = () => {
    suspendedFor = 0;
  };
  return { store, options, continued };
}

const started: string[] = [];
const single = (records: readonly SqsRecord[], options: ConsumeOptions<Orders>) =>
  run({ Placed: (_, { event }) => void started.push(event.id) }, records, options, MINUTE / 2);
const batch = async (records: readonly SqsRecord[], options: ConsumeOptions<Orders>) => {
  const handler = consumeBatch(contract, (items) => void started.push(...items.map(({ event }) => event.id)), options);
  const { batchItemFailures } = await handler({ Records: records }, context(MINUTE / 2));
  return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
};

describe.each([
  ["a handler", single],
  ["a batch handler", batch],
])("%s whose process was suspended while its start was recorded", (_, deliver) => {
  test.each(["at-most-once", "exactly-once"] as const)(
    "is not started beside another worker: %s",
    async (guarantee) => {
      started.length = 0;
      const { store, options, continued } = suspendedAtStart(guarantee);
      if (guarantee === "exactly-once") {
        // A worker before this one has claimed the event and disappeared: its start has to be recorded.
        store.items.set(KEY, { owner: "gone", done: false, tries: 1, lapsed: true });
      }
      const message = record(envelope("a"));
      expect(await deliver([message], options)).toEqual([message.messageId]);
      expect(started).toEqual([]);
      expect(store.calls.map(({ step }) => step)).toContain("release");
      // The start that did not happen does not count, and does not keep the next delivery from it.
      continued();
      store.start = async (starts) => starts.map(() => ({ status: "settled" }));
      store.endLeases();
      expect(await deliver([message], options)).toEqual([]);
      expect(started).toEqual(["a"]);
    },
  );
});
