import { setImmediate as nextTurn } from "node:timers/promises";
import type { Benchmark, CaseResult, Contender } from "../harness/index.ts";
import { HeapWatch, interleave, ratio } from "../harness/index.ts";
import { fanfare } from "../peers/fanfare.ts";
import type { Job, LambdaHandler } from "../peers/job.ts";
import { powertoolsBatch } from "../peers/powertools.ts";
import { rawParallel } from "../peers/raw.ts";
import { asOnLambda } from "../support/clients.ts";
import { lambdaContext } from "../support/context.ts";
import { documents, realWebhooks, sqsEvent } from "../support/records.ts";
import { Services } from "../support/services.ts";

const RECORDS = 1_000;
const FLOOR = "hand-written";

/** How often the heap is looked at: each time costs a full collection. */
const LOOK_EVERY = 50;

/** What a batch keeps alive while it is handled. */
export const heap: Benchmark = {
  name: "heap",
  async run({ rounds, progress }) {
    const services = await Services.start();
    asOnLambda(services.addresses);
    try {
      const cases: CaseResult[] = [];
      for (const [payload, contents] of [
        ["5 KB each", documents(5_000)],
        ["webhooks", realWebhooks],
      ] as const) {
        const name = `${RECORDS} records, ${payload}`;
        progress(name);
        const contender = (label: string, make: (job: Job) => LambdaHandler): Contender => ({
          name: label,
          sample: async () => {
            const watch = new HeapWatch();
            let handled = 0;
            const handle = async () => {
              handled += 1;
              if (handled % LOOK_EVERY === 0) {
                watch.look();
              }
              // A handler that waits, as real ones do: what is started at once is alive at once.
              await nextTurn();
            };
            await make({ handle })(sqsEvent(RECORDS, contents), lambdaContext());
            return { liveHeap: watch.peak };
          },
        });
        const contenders = [
          contender(FLOOR, rawParallel),
          contender("Powertools batch", powertoolsBatch),
          contender("Fanfare", fanfare),
          contender("Powertools batch + idempotency", (job) => powertoolsBatch(job, services)),
          contender("Fanfare, with store", (job) => fanfare(job, { table: services.table })),
        ];
        const measured = await interleave(contenders, { rounds, warmUps: 1 });
        cases.push({ name, baseline: FLOOR, ratioOf: "liveHeap", contenders: measured });
      }
      return {
        name: this.name,
        title: "Heap",
        method: `Live heap after a full collection, measured every ${LOOK_EVERY} records, minus the live heap before the batch arrived. The batch is included. The handler yields once.`,
        cases,
        targets: cases.flatMap((result) =>
          ["Fanfare", "Fanfare, with store"].map((name) => ({
            name: `${result.name}: ${name} / ${FLOOR}`,
            bound: "at most" as const,
            limit: 1.33,
            value: ratio(result, name, FLOOR),
            unit: " x",
          })),
        ),
      };
    } finally {
      await services.stop();
    }
  },
};
