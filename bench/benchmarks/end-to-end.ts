import type { Benchmark } from "../harness/index.ts";
import { inProcesses, interleave, medianOf } from "../harness/index.ts";
import { withDirectory } from "../support/bundles.ts";
import { synthesise } from "../support/synth.ts";

const SUBSCRIBERS = 3;

/** Events per second on two virtual cores: twice the rate of 29 November 2026. */
const GOAL = 922;

const NAME = "the local runtime";

/** The local runtime runs in its own process, as in `fanfare dev`. */
const MAIN = new URL("../support/end-to-end-main.ts", import.meta.url);

/** A deployed app on the local runtime: publish, fan out, poll, handle, complete. */
export const endToEnd: Benchmark = {
  name: "end-to-end",
  async run({ rounds, quick, progress }) {
    const events = quick ? 500 : 3_000;
    return await withDirectory(async (directory) => {
      progress("synthesising");
      await synthesise(directory, SUBSCRIBERS, "handlers");
      progress(`${events} events`);
      const settings = { assembly: directory, subscribers: SUBSCRIBERS, events };
      const result = {
        name: `${events} events, ${SUBSCRIBERS} subscribers`,
        baseline: NAME,
        ratioOf: "eventsPerSecond",
        contenders: await inProcesses({ main: MAIN, names: [NAME], settings }, async (processes) =>
          interleave(processes, { rounds: rounds * 3, warmUps: 2 }),
        ),
      };
      return {
        name: this.name,
        title: "End to end on the local runtime",
        method: `${events} events to one topic with ${SUBSCRIBERS} subscribers, measured until every queue is empty. Handlers are idempotent, one process each. SNS, SQS and DynamoDB are embedded. The CPU time is that of the runtime and the publisher, which are one process.`,
        cases: [result],
        targets: [
          {
            name: "events per second",
            bound: "at least",
            limit: GOAL,
            value: medianOf(result, NAME, "eventsPerSecond"),
            unit: "",
          },
        ],
      };
    });
  },
};
