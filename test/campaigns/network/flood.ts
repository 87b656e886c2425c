import { SNSClient } from "@aws-sdk/client-sns";
import { createPublisher } from "../../../lib/index.ts";
import { Line } from "../../support/line.ts";
import { contract } from "./support.ts";

/**
 * A process that publishes into a hole until it is refused, and says on its standard output how many events were taken and how many
 * bytes of memory they take. Arguments: bytes of an event's text, `maxBufferedBytes`, `fifo` for a FIFO topic.
 */
const [size, maxBufferedBytes, kind] = process.argv.slice(2);
const REFUSALS = 2_000;

const line = await Line.to("http://127.0.0.1:9");
line.mode = "hole";
const publish = createPublisher(contract, {
  target: `arn:aws:sns:eu-central-1:000000000000:${kind === "fifo" ? "orders.fifo" : "orders"}`,
  maxBufferedBytes: Number(maxBufferedBytes),
  attemptTimeoutMs: 900_000,
  clients: {
    sns: new SNSClient({
      endpoint: line.endpoint,
      region: "eu-central-1",
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
    }),
  },
});

function memory(): number {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const before = memory();
let refused = 0;
let published = 0;
for (; refused < REFUSALS; published++) {
  const text = String(published).padEnd(Number(size), "x");
  void publish("Placed", { n: published, text }, { group: `g-${published % 1_000}` }).catch(() => {
    refused += 1;
  });
  if (published % 100 === 0) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}
console.log(JSON.stringify({ taken: published - refused, bytes: memory() - before }));
process.exit(0);
