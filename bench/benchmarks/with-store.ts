import type { Benchmark, CaseResult, Contender, ContenderProcess } from "../harness/index.ts";
import { inProcesses, interleave, medianOf, ratio } from "../harness/index.ts";
import { callsOf } from "../support/call-counter.ts";
import { LATENCY_MS, Services } from "../support/services.ts";
import { type WithStoreSettings, withStoreContenders } from "../support/with-store-contenders.ts";

/** Highest wall time of Fanfare as a fraction of Powertools', by the number of records. */
const LIMITS: Readonly<Record<number, number>> = { 10: 0.7, 100: 0.25, 1000: 0.12 };

/** At 1,000 small records that are all new. Duplicates are read back, failures are released, and webhooks take longer to decode than to store. */
const LIMIT_OF_NEW = 0.07;

/** Samples after which V8 is done with a fresh process, by the number of records: most of what it compiles is the SDK. */
const WARM_UPS: Readonly<Record<number, number>> = { 10: 100, 100: 40, 1000: 30 };

/** Samples of each contender in a round, by records: the short ones are worth more of them. */
const SAMPLES_A_ROUND: Readonly<Record<number, number>> = { 10: 5, 100: 3, 1000: 3 };

/** Samples before each that counts: at 1,000 records a contender waits for seconds until it is its turn, unlike a function with a backlog. */
const LEADING: Readonly<Record<number, number>> = { 1000: 2 };

/** Powertools at 1,000 records, with a second and 2,000 calls a sample, is done after 8. */
const WARM_UP_MS = 10_000;

const PEER = "Powertools batch + idempotency";
const NO_BACKOFF = "Fanfare, backoff: false";
const SDK_CLIENT = "Fanfare, the SDK's client";

/** The process of each contender. */
const MAIN = new URL("../support/with-store-main.ts", import.meta.url);

/** Idempotent handlers, over HTTP, to a store that is 5 ms away. */
export const withStore: Benchmark = {
  name: "with-store",
  async run({ rounds, quick, progress }) {
    const services = await Services.start();
    try {
      const cases: CaseResult[] = [];
      const variants: readonly Pick<WithStoreSettings, "payload" | "mix">[] = [
        { payload: "small", mix: "all new" },
        { payload: "small", mix: "10 % duplicates" },
        { payload: "small", mix: "10 % failures" },
        { payload: "webhooks", mix: "all new" },
      ];
      for (const { payload, mix } of variants) {
        for (const size of quick ? [10, 100] : [10, 100, 1_000]) {
          const name = `${size} records, ${payload}, ${mix}`;
          progress(name);
          const { addresses, table } = services;
          const settings: WithStoreSettings = { payload, mix, size, addresses, table };
          const names = Object.keys(withStoreContenders.contenders).filter(
            (contender) =>
              (contender !== NO_BACKOFF || mix === "10 % failures") && (contender !== SDK_CLIENT || mix === "all new"),
          );
          const contenders = await inProcesses({ main: MAIN, names, settings }, async (processes) =>
            interleave(
              processes.map((contender) => counted(contender, services)),
              {
                rounds: rounds * (SAMPLES_A_ROUND[size] ?? 1),
                leading: LEADING[size] ?? 0,
                warmUps: WARM_UPS[size] ?? 40,
                warmUpMs: WARM_UP_MS,
              },
            ),
          );
          cases.push({ name, baseline: PEER, ratioOf: "wallMs", contenders });
        }
      }
      return {
        name: this.name,
        title: "Handler with idempotency",
        method: `Over HTTP, to a table in another process that responds to each call after ${LATENCY_MS} ms. The handler does nothing. Fanfare uses its own client, as in a function; the others use the SDK's, and so does the row that says so. Failures cost Fanfare SQS calls because it sets the visibility timeout of each failed message. Powertools leaves redelivery to the queue, as does backoff: false.`,
        cases,
        targets: cases.flatMap((result) => {
          const size = Number.parseInt(result.name, 10);
          return [
            {
              name: `${result.name}: Fanfare / Powertools`,
              bound: "at most" as const,
              limit: result.name === "1000 records, small, all new" ? LIMIT_OF_NEW : (LIMITS[size] ?? 1),
              value: ratio(result, "Fanfare", PEER),
              unit: " x",
            },
            ...(result.name.endsWith("failures")
              ? [
                  {
                    name: `${result.name}: ${NO_BACKOFF} / Powertools`,
                    bound: "at most" as const,
                    limit: LIMITS[size] ?? 1,
                    value: ratio(result, NO_BACKOFF, PEER),
                    unit: " x",
                  },
                ]
              : []),
            ...(result.name.endsWith("all new")
              ? [
                  {
                    name: `${result.name}: store calls per 25 records`,
                    bound: "at most" as const,
                    limit: 2,
                    value: medianOf(result, "Fanfare", "storeCalls") / Math.ceil(size / 25),
                    unit: "",
                  },
                ]
              : []),
          ];
        }),
      };
    } finally {
      await services.stop();
    }
  },
};

/** Adds what each sample called, as the process with the table counted it. */
function counted(contender: ContenderProcess, services: Services): Contender {
  return {
    name: contender.name,
    sample: async () => {
      await contender.prepare();
      await services.calls();
      const times = await contender.measure();
      const calls = await services.calls();
      return { ...times, storeCalls: callsOf(calls, "DynamoDB"), sqsCalls: callsOf(calls, "SQS") };
    },
  };
}
