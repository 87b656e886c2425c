import type { Benchmark, CaseResult } from "../harness/index.ts";
import { inProcesses, interleave, ratio } from "../harness/index.ts";
import { type WithoutStoreSettings, withoutStoreContenders } from "../support/without-store-contenders.ts";

/** Records that one sample goes through, in as many invocations as that takes: one alone is too short for the clock. */
const RECORDS_A_SAMPLE = 10_000;

/**
 * Until V8 is done: in a fresh process it compiles the hand-written loop for the last time after some 3 samples and Fanfare
 * after 37. The parser, whose samples take 50 times as long, is done after 5.
 */
const WARM_UP = { warmUps: 40, warmUpMs: 6_000 };

/** Samples are short, a fortieth of a second: more of them for each round that is asked for. */
const SAMPLES_A_ROUND = 5;

const FLOOR = "hand-written";
const PEER = "Powertools batch";

/** Highest CPU time of Fanfare as a multiple of Powertools': clarity first, as long as the wrapper stays near its peer. */
const MOST_CPU = 1.5;

/** The process of each contender. */
const MAIN = new URL("../support/without-store-main.ts", import.meta.url);

/** The wrapper's own time: standard queues, nothing remote, a handler that does nothing. */
export const withoutStore: Benchmark = {
  name: "without-store",
  async run({ rounds, quick, progress }) {
    const cases: CaseResult[] = [];
    for (const [payload, total] of [
      ["small", RECORDS_A_SAMPLE],
      ["webhooks", RECORDS_A_SAMPLE / 5],
    ] as const) {
      for (const size of quick ? [100] : [10, 100, 1_000]) {
        const name = `${size} records, ${payload}`;
        progress(name);
        const settings: WithoutStoreSettings = { payload, size, total };
        const names = Object.keys(withoutStoreContenders.contenders);
        const contenders = await inProcesses({ main: MAIN, names, settings }, async (processes) =>
          interleave(processes, { rounds: rounds * SAMPLES_A_ROUND, ...WARM_UP }),
        );
        cases.push({ name, baseline: FLOOR, ratioOf: "cpuPerRecordUs", contenders });
      }
    }
    return {
      name: this.name,
      title: "Handler without idempotency",
      method:
        "Time per record of the wrapper and of decoding (JSON, envelope, zod). The handler does nothing. The hand-written floor decodes and reports failures. “hand-written, as much for each record” also does what Fanfare does: times, idempotency key, attempt and signal for the handler, ten handlers at once, no handler that starts too late or runs too long, a log entry. Ratios and targets compare CPU time, because nothing here waits and other load on the machine affects CPU time less.",
      cases,
      targets: cases.flatMap((result) => [
        {
          name: `${result.name}: Fanfare / ${PEER}`,
          bound: "at most",
          limit: MOST_CPU,
          value: ratio(result, "Fanfare", PEER),
          unit: " x",
        },
      ]),
    };
  },
};
