import type { Benchmark, Contender } from "../harness/index.ts";
import { interleave, ratio, timed } from "../harness/index.ts";
import { messageQueueToolkit } from "../peers/message-queue-toolkit.ts";
import { fanfarePolling, rawPolling, type StartPolling, sqsConsumer } from "../peers/polling.ts";
import { Queues } from "../support/queues.ts";
import { smallOrders, sqsEvent } from "../support/records.ts";

const FLOOR = "hand-written, 2 loops";
const PEERS = ["sqs-consumer, 2 loops", "message-queue-toolkit, 2 loops"] as const;

/** Consumers outside Lambda. */
export const polling: Benchmark = {
  name: "polling",
  async run({ rounds, quick, progress }) {
    const events = quick ? 500 : 2_000;
    const queues = await Queues.start();
    try {
      progress(`${events} events`);
      const contenders = [
        await contender(FLOOR, rawPolling, queues, events),
        await contender(PEERS[0], sqsConsumer, queues, events),
        await contender(PEERS[1], messageQueueToolkit, queues, events),
        await contender("Fanfare", fanfarePolling, queues, events),
      ];
      const result = {
        name: `${events} small events`,
        baseline: FLOOR,
        ratioOf: "eventsPerSecond",
        contenders: await interleave(contenders, { rounds, warmUps: 1 }),
      };
      return {
        name: this.name,
        title: "Poller",
        method: "Time to drain a queue of the local runtime, which responds at once, in its own process.",
        cases: [result],
        targets: PEERS.map((peer) => ({
          name: `Fanfare / ${peer}`,
          bound: "at least" as const,
          limit: 1,
          value: ratio(result, "Fanfare", peer),
          unit: " x",
        })),
      };
    } finally {
      await queues.stop();
    }
  },
};

async function contender(name: string, start: StartPolling, queues: Queues, events: number): Promise<Contender> {
  const queueUrl = await queues.createQueue(`poll-${name.replaceAll(/[^a-zA-Z]+/g, "-")}`);
  return {
    name,
    sample: async () => {
      await queues.send(
        queueUrl,
        sqsEvent(events, smallOrders).Records.map(({ body }) => body),
      );
      const { promise: drained, resolve } = Promise.withResolvers<void>();
      let handled = 0;
      let stop = async () => {};
      const { wallMs, cpuMs } = await timed(async () => {
        stop = start(queues, queueUrl, () => {
          handled += 1;
          if (handled === events) {
            resolve();
          }
        });
        await drained;
      });
      await stop();
      return { eventsPerSecond: (events / wallMs) * 1_000, cpuMs };
    },
  };
}
