import { setTimeout as delay } from "node:timers/promises";
import type { Benchmark, CaseResult, Contender, Target } from "../harness/index.ts";
import { difference, distributionOf, interleave, medianOf, ratio, timed } from "../harness/index.ts";
import {
  fanfarePublisher,
  type Outgoing,
  type PublishAll,
  rawAtOnce,
  rawBatches,
  rawOneByOne,
} from "../peers/publishing.ts";
import { callsOf } from "../support/call-counter.ts";
import { BILLED_BYTES, S3_PUT, SNS_REQUEST } from "../support/prices.ts";
import { LATENCY_MS, Services } from "../support/services.ts";

const EVENTS = 1_000;
/** Lone events in a sample of the latency at a low rate. */
const LONE_EVENTS = 30;
const PAUSE_MS = 10;
const LARGE_BYTES = 300_000;

const ONE_BY_ONE = "raw SDK, one call an event";
const FLOOR = "hand-written batches of 10";

/** Publishing to a topic that is 5 ms away. */
export const publisher: Benchmark = {
  name: "publisher",
  async run({ rounds, progress }) {
    const services = await Services.start();
    try {
      progress("throughput");
      const throughput: CaseResult = {
        name: `${EVENTS} small events at once`,
        baseline: ONE_BY_ONE,
        ratioOf: "eventsPerSecond",
        contenders: await interleave(
          [
            bulk(ONE_BY_ONE, rawOneByOne(services), services, smallEvents()),
            bulk("raw SDK, all at once", rawAtOnce(services), services, smallEvents()),
            bulk(FLOOR, rawBatches(services), services, smallEvents()),
            bulk("Fanfare", fanfarePublisher(services), services, smallEvents()),
          ],
          { rounds, warmUps: 1 },
        ),
      };
      progress("large payloads");
      const mixed: CaseResult = {
        name: `${EVENTS} events, 1 % of 300 KB`,
        baseline: "Fanfare",
        ratioOf: "eventsPerSecond",
        contenders: await interleave([bulk("Fanfare", fanfarePublisher(services), services, mixedEvents())], {
          rounds,
          warmUps: 1,
        }),
      };
      progress("low rate");
      const lone: CaseResult = {
        name: `one event every ${PAUSE_MS} ms`,
        baseline: ONE_BY_ONE,
        ratioOf: "latencyMs",
        contenders: await interleave(
          [
            single(ONE_BY_ONE, rawOneByOne(services)),
            single(FLOOR, rawBatches(services)),
            single("Fanfare", fanfarePublisher(services)),
          ],
          { rounds, warmUps: 1 },
        ),
      };
      return {
        name: this.name,
        title: "Publisher",
        method: `To a stub of SNS and S3 that responds in ${LATENCY_MS} ms. All contenders validate and write the envelope. Cost: SNS requests of 64 KiB and S3 PUTs.`,
        cases: [throughput, mixed, lone],
        targets: targetsOf(throughput, lone),
      };
    } finally {
      await services.stop();
    }
  },
};

function targetsOf(throughput: CaseResult, lone: CaseResult): Target[] {
  return [
    {
      name: `SNS calls for ${EVENTS} small events`,
      bound: "at most",
      limit: Math.ceil(EVENTS / 10),
      value: medianOf(throughput, "Fanfare", "callsPer1000"),
      unit: "",
    },
    {
      name: "throughput: Fanfare / one raw call an event",
      bound: "at least",
      limit: 5,
      value: ratio(throughput, "Fanfare", ONE_BY_ONE),
      unit: " x",
    },
    {
      name: "a lone publish: over the raw SDK",
      bound: "at most",
      limit: 1,
      value: difference(lone, "Fanfare", ONE_BY_ONE, "latencyMs"),
      unit: " ms",
    },
  ];
}

function bulk(name: string, publishAll: PublishAll, services: Services, events: readonly Outgoing[]): Contender {
  return {
    name,
    sample: async () => {
      await services.calls();
      const { wallMs, cpuMs } = await timed(() => publishAll(events));
      const calls = await services.calls();
      const [sns, s3] = [callsOf(calls, "SNS"), callsOf(calls, "S3")];
      const bytes = events.reduce((sum, { data }) => sum + Math.min(JSON.stringify(data).length, BILLED_BYTES), 0);
      const dollars = Math.max(sns, bytes / BILLED_BYTES) * SNS_REQUEST + s3 * S3_PUT;
      return {
        eventsPerSecond: (events.length / wallMs) * 1_000,
        cpuMs,
        callsPer1000: ((sns + s3) / events.length) * 1_000,
        dollarsPerMillion: (dollars / events.length) * 1_000_000,
      };
    },
  };
}

function single(name: string, publishAll: PublishAll): Contender {
  return {
    name,
    sample: async () => {
      const latencies: number[] = [];
      for (const event of smallEvents(LONE_EVENTS)) {
        await delay(PAUSE_MS);
        latencies.push((await timed(() => publishAll([event]))).wallMs);
      }
      return { latencyMs: distributionOf(latencies).median };
    },
  };
}

function smallEvents(count = EVENTS): Outgoing[] {
  return Array.from({ length: count }, (_, index) => ({
    event: "OrderPlaced",
    data: { orderId: `order-${index}`, customerId: `customer-${index % 100}`, region: "eu", total: index },
  }));
}

function mixedEvents(): Outgoing[] {
  return smallEvents().map((event, index) =>
    index % 100 === 0
      ? { event: "DocumentWritten", data: { documentId: `document-${index}`, text: "x".repeat(LARGE_BYTES) } }
      : event,
  );
}
