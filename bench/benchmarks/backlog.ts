import { setTimeout as delay } from "node:timers/promises";
import type { Benchmark, CaseResult } from "../harness/index.ts";
import { measured, medianOf } from "../harness/index.ts";
import { Queues } from "../support/queues.ts";
import { smallOrders, sqsEvent } from "../support/records.ts";

const SUBSCRIBERS = 3;

/** The local runtime's memory while nobody consumes. */
export const backlog: Benchmark = {
  name: "backlog",
  async run({ quick, progress }) {
    const queues = await Queues.start();
    try {
      const subscribed = await queues.createTopic("backlog", SUBSCRIBERS);
      const empty = await queues.memory();
      const cases: CaseResult[] = [];
      let published = 0;
      let before = empty.heapUsed;
      for (const size of quick ? [1_000, 5_000] : [1_000, 10_000, 100_000]) {
        progress(`${size} events`);
        const added = size - published;
        while (published < size) {
          const wave = sqsEvent(Math.min(1_000, size - published), smallOrders).Records.map(({ body }) => body);
          await queues.publish(subscribed.topic, wave);
          published += wave.length;
        }
        for (const queue of subscribed.queues) {
          await hasArrived(queues, queue, size);
        }
        const { heapUsed, rss } = await queues.memory();
        const heapPerEvent = (heapUsed - before) / added;
        before = heapUsed;
        const sample = { liveHeap: heapUsed - empty.heapUsed, residentSet: rss, heapPerEvent };
        cases.push({
          name: `${size} events for ${SUBSCRIBERS} queues`,
          baseline: "local runtime",
          ratioOf: "heapPerEvent",
          contenders: [measured("local runtime", [sample])],
        });
      }
      const first = cases.at(-2);
      const last = cases.at(-1);
      if (first === undefined || last === undefined) {
        throw new RangeError("nothing was measured");
      }
      return {
        name: this.name,
        title: "Backlog on the local runtime",
        method: `Events of about 300 bytes, published to one topic with ${SUBSCRIBERS} queues that have no consumer. Live heap is that of the server minus its live heap when empty. Heap per event is the growth since the previous line.`,
        cases,
        targets: [
          {
            name: "heap per event, largest backlog to the one before (linear growth)",
            bound: "at most",
            limit: 1.2,
            value: medianOf(last, "local runtime", "heapPerEvent") / medianOf(first, "local runtime", "heapPerEvent"),
            unit: " x",
          },
        ],
      };
    } finally {
      await queues.stop();
    }
  },
};

/** What did not arrive takes no memory. Delivery is under way when the publisher is answered. */
async function hasArrived(queues: Queues, queue: string, events: number): Promise<void> {
  const giveUpAt = performance.now() + 60_000;
  for (;;) {
    const depth = await queues.depth(queue);
    if (depth === events) {
      return;
    }
    if (performance.now() > giveUpAt) {
      throw new Error(`${queue} holds ${depth} of ${events} messages`);
    }
    await delay(50);
  }
}
