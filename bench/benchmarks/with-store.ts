import type { Benchmark, CaseResult, Contender } from "../harness/index.ts";
import { interleave, medianOf, ratio, timed } from "../harness/index.ts";
import { fanfare } from "../peers/fanfare.ts";
import type { Job, LambdaHandler } from "../peers/job.ts";
import { powertoolsBatch } from "../peers/powertools.ts";
import { rawIdempotent } from "../peers/raw-idempotent.ts";
import { callsOf } from "../support/call-counter.ts";
import { lambdaContext } from "../support/context.ts";
import { type Contents, realWebhooks, smallOrders, sqsEvent } from "../support/records.ts";
import { LATENCY_MS, Services } from "../support/services.ts";

/** What a batch holds besides events that are new and succeed. */
type Mix = "all new" | "10 % duplicates" | "10 % failures";

/** Fanfare's wall time as a part of Powertools', by the number of records. */
const LIMITS: Readonly<Record<number, number>> = { 10: 0.7, 100: 0.25, 1000: 0.08 };

const FLOOR = "hand-written, 25 a call";
const NO_BACKOFF = "Fanfare, backoff: false";

/** Idempotent handlers through the real SDK, over HTTP, to a store that is 5 ms away. */
export const withStore: Benchmark = {
  name: "with-store",
  async run({ rounds, quick, progress }) {
    const services = await Services.start();
    try {
      const cases: CaseResult[] = [];
      const variants: readonly (readonly [string, Contents, Mix])[] = [
        ["small, all new", smallOrders, "all new"],
        ["small, 10 % duplicates", smallOrders, "10 % duplicates"],
        ["small, 10 % failures", smallOrders, "10 % failures"],
        ["webhooks, all new", realWebhooks, "all new"],
      ];
      for (const [variant, contents, mix] of variants) {
        for (const size of quick ? [10, 100] : [10, 100, 1_000]) {
          const name = `${size} records, ${variant}`;
          progress(name);
          const contenders = [
            contender(FLOOR, rawIdempotent, services, size, contents, mix),
            contender("Powertools batch + idempotency", powertoolsHandler, services, size, contents, mix),
            contender("Fanfare", fanfareHandler, services, size, contents, mix),
            ...(mix === "10 % failures" ? [contender(NO_BACKOFF, withoutBackoff, services, size, contents, mix)] : []),
          ];
          const measured = await interleave(contenders, { rounds, warmUps: size === 1_000 ? 1 : 3 });
          cases.push({ name, baseline: "Powertools batch + idempotency", ratioOf: "wallMs", contenders: measured });
        }
      }
      return {
        name: this.name,
        title: "Handler with idempotency",
        method: `Through the real SDK, over HTTP, to a table in another process that answers each call after ${LATENCY_MS} ms; the handler does nothing. Failures cost Fanfare SQS calls because it sets when they come again; Powertools leaves that to the queue, as backoff: false does.`,
        cases,
        targets: cases.flatMap((result) => {
          const size = Number.parseInt(result.name, 10);
          return [
            {
              name: `${result.name}: Fanfare / Powertools`,
              bound: "at most" as const,
              limit: LIMITS[size] ?? 1,
              value: ratio(result, "Fanfare", "Powertools batch + idempotency"),
              unit: " x",
            },
            ...(result.name.endsWith("failures")
              ? [
                  {
                    name: `${result.name}: ${NO_BACKOFF} / Powertools`,
                    bound: "at most" as const,
                    limit: LIMITS[size] ?? 1,
                    value: ratio(result, NO_BACKOFF, "Powertools batch + idempotency"),
                    unit: " x",
                  },
                ]
              : []),
            ...(result.name.endsWith("all new")
              ? [
                  {
                    name: `${result.name}: store calls per 25 records`,
                    bound: "at most" as const,
                    limit: 2,
                    value: medianOf(result, "Fanfare", "storeCalls") / Math.ceil(size / 25),
                    unit: "",
                  },
                ]
              : []),
          ];
        }),
      };
    } finally {
      await services.stop();
    }
  },
};

type Make = (job: Job, services: Services) => LambdaHandler;
/** Does what Powertools does with failures: leaves them to the queue's visibility timeout. */
const withoutBackoff: Make = (job, services) => fanfare(job, { store: services });
const powertoolsHandler: Make = (job, services) => powertoolsBatch(job, services);
const fanfareHandler: Make = (job, services) => fanfare(job, { store: services, sqs: services.sqs });

function contender(
  name: string,
  make: Make,
  services: Services,
  size: number,
  contents: Contents,
  mix: Mix,
): Contender {
  const failing = new Set<string>();
  const handle = async (_data: object, id: string) => {
    if (failing.has(id)) throw new Error("this one is meant to fail");
  };
  const handler = make({ handle }, services);
  return {
    name,
    sample: async () => {
      const event = sqsEvent(size, contents);
      const tenth = event.Records.filter((_, index) => index % 10 === 0);
      failing.clear();
      if (mix === "10 % failures") for (const record of tenth) failing.add(record.messageId);
      if (mix === "10 % duplicates") await handler({ Records: tenth }, lambdaContext());
      await services.calls();
      const context = lambdaContext();
      const { wallMs, cpuMs } = await timed(() => handler(event, context));
      const calls = await services.calls();
      return { wallMs, cpuMs, storeCalls: callsOf(calls, "DynamoDB"), sqsCalls: callsOf(calls, "SQS") };
    },
  };
}
