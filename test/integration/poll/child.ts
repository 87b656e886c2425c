import { poll } from "../../../lib/index.ts";
import { contract } from "./support.ts";

/** A process that polls until SIGTERM. Says on its standard output what it starts and ends. */
const say = (what: string) => process.stdout.write(`${what}\n`);

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

const poller = poll(
  contract,
  {
    Thing: async ({ n }) => {
      say(`started ${n}`);
      await new Promise((resolve) => setTimeout(resolve, 300));
      say(`ended ${n}`);
    },
  },
  { queueUrl: process.env.QUEUE_URL ?? "", concurrency: 2, logger: silent },
);
await poller.done;
say("stopped");
