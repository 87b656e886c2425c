/** The process of the local runtime, with the publisher that sends to it. */
import { SNSClient } from "@aws-sdk/client-sns";
import { createPublisher } from "fanfare";
import { z } from "zod";
import { type OutcomeEntry, startLocalRuntime } from "../../lib/local/index.ts";
import { type Measurement, serveContender, timed } from "../harness/index.ts";
import { contract } from "./contract.ts";

const settings = z.object({ assembly: z.string(), subscribers: z.int(), events: z.int() });

/** Publishes of one wave: as many as a web server has requests at a time. */
const WAVE = 200;

await serveContender({ settings, contenders: { "the local runtime": localRuntime } });

async function localRuntime({ assembly, subscribers, events }: z.infer<typeof settings>): Promise<Measurement> {
  let done = 0;
  const onOutcome = ({ outcome }: OutcomeEntry) => {
    if (outcome.outcome === "done") {
      done += 1;
    }
  };
  const runtime = await startLocalRuntime({ assembly, maxEnvironments: 1, onOutcome });
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const sns = new SNSClient({ region: "eu-central-1", credentials, endpoint: runtime.endpoint });
  const target = runtime.deployment.find("Bench/Events/Topic").physicalId;
  const publish = createPublisher(contract, { target, clients: { sns } });
  return {
    measure: async () => {
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
      if (done !== events * subscribers) {
        throw new Error(`${done} of ${events * subscribers} were handled`);
      }
      return { wallMs, cpuPerEventMs: cpuMs / events, eventsPerSecond: (events / wallMs) * 1_000 };
    },
  };
}

function order(index: number) {
  return { orderId: `order-${index}`, customerId: `customer-${index % 100}`, region: "eu" as const, total: index };
}
