import { SNSClient } from "@aws-sdk/client-sns";
import { createPublisher } from "fanfare";
import { type OutcomeEntry, startLocalRuntime } from "../../lib/local/index.ts";
import type { Benchmark, Contender } from "../harness/index.ts";
import { interleave, timed } from "../harness/index.ts";
import { withDirectory } from "../support/bundles.ts";
import { contract } from "../support/contract.ts";
import { synthesise } from "../support/synth.ts";

const SUBSCRIBERS = 3;
/** Publishes of one wave: as many as a web server has requests at a time. */
const WAVE = 200;

/** A deployed app on the local runtime: publish, fan out, poll, handle, complete. */
export const endToEnd: Benchmark = {
  name: "end-to-end",
  async run({ rounds, quick, progress }) {
    const events = quick ? 500 : 3_000;
    return await withDirectory(async (directory) => {
      progress("synthesising");
      await synthesise(directory, SUBSCRIBERS, "handlers");
      let done = 0;
      const onOutcome = ({ outcome }: OutcomeEntry) => {
        if (outcome.outcome === "done") {
          done += 1;
        }
      };
      const runtime = await startLocalRuntime({ assembly: directory, maxEnvironments: 1, onOutcome });
      const credentials = { accessKeyId: "test", secretAccessKey: "test" };
      const sns = new SNSClient({ region: "eu-central-1", credentials, endpoint: runtime.endpoint });
      try {
        const target = runtime.deployment.find("Bench/Events/Topic").physicalId;
        const publish = createPublisher(contract, { target, clients: { sns } });
        progress(`${events} events`);
        const contender: Contender = {
          name: `${SUBSCRIBERS} subscribers`,
          sample: async () => {
            done = 0;
            const { wallMs, cpuMs } = await timed(async () => {
              for (let at = 0; at < events; at += WAVE) {
                await Promise.all(
                  Array.from({ length: Math.min(WAVE, events - at) }, (_, index) =>
                    publish("OrderPlaced", order(at + index)),
                  ),
                );
              }
              await runtime.whenQuiet({ timeoutMs: 300_000 });
            });
            if (done !== events * SUBSCRIBERS) {
              throw new Error(`${done} of ${events * SUBSCRIBERS} were handled`);
            }
            return { wallMs, cpuPerEventMs: cpuMs / events, eventsPerSecond: (events / wallMs) * 1_000 };
          },
        };
        return {
          name: this.name,
          title: "End to end on the local runtime",
          method: `${events} events to one topic with ${SUBSCRIBERS} subscribers, measured until every queue is empty. Handlers are idempotent, one process each. SNS, SQS and DynamoDB are embedded. The CPU time is that of the runtime and the publisher, which are one process.`,
          cases: [
            {
              name: `${events} events`,
              baseline: contender.name,
              ratioOf: "eventsPerSecond",
              contenders: await interleave([contender], { rounds, warmUps: 1 }),
            },
          ],
          targets: [],
        };
      } finally {
        sns.destroy();
        await runtime.close();
      }
    });
  },
};

function order(index: number) {
  return { orderId: `order-${index}`, customerId: `customer-${index % 100}`, region: "eu" as const, total: index };
}
