import { openSync, writeSync } from "node:fs";
import type { Benchmark, CaseResult, Contender } from "../harness/index.ts";
import { interleave, medianOf, ratio, timed } from "../harness/index.ts";
import { fanfare } from "../peers/fanfare.ts";
import type { LambdaHandler } from "../peers/job.ts";
import { middyParallel } from "../peers/middy.ts";
import { powertoolsBatch, powertoolsParser } from "../peers/powertools.ts";
import { rawParallel } from "../peers/raw.ts";
import { lambdaContext } from "../support/context.ts";
import { type Contents, realWebhooks, smallOrders, sqsEvent } from "../support/records.ts";

/** Records that one sample goes through, in as many invocations as that takes: one alone is too short for the clock. */
const RECORDS_A_SAMPLE = 10_000;

const FLOOR = "hand-written";

/** The wrapper's own time: standard queues, nothing remote, a handler that does nothing. */
export const withoutStore: Benchmark = {
  name: "without-store",
  async run({ rounds, quick, progress }) {
    const cases: CaseResult[] = [];
    for (const [payload, contents, total] of [
      ["small", smallOrders, RECORDS_A_SAMPLE],
      ["webhooks", realWebhooks, RECORDS_A_SAMPLE / 5],
    ] as const) {
      for (const size of quick ? [100] : [10, 100, 1_000]) {
        const name = `${size} records, ${payload}`;
        progress(name);
        const contenders = handlers().map(([contender, handler]) =>
          repeated(contender, handler, contents, size, total),
        );
        cases.push({
          name,
          baseline: FLOOR,
          ratioOf: "cpuPerRecordUs",
          contenders: await interleave(contenders, { rounds, warmUps: 3 }),
        });
      }
    }
    return {
      name: this.name,
      title: "Handler without idempotency",
      method:
        "Time of the wrapper and of decoding (JSON, envelope, zod) a record; the handler does nothing. The floor decodes by hand and reports failures. Ratios and targets compare CPU time, which is all there is here and hears less of the neighbours.",
      cases,
      targets: cases.flatMap((result) => [
        {
          name: `${result.name}: over the hand-written loop`,
          bound: "at most",
          limit: 1,
          value: medianOf(result, "Fanfare", "cpuPerRecordUs") - medianOf(result, FLOOR, "cpuPerRecordUs"),
          unit: " µs a record",
        },
        ...["Powertools batch", "middy"].map((peer) => ({
          name: `${result.name}: Fanfare / ${peer}`,
          bound: "at most" as const,
          limit: 1,
          value: ratio(result, "Fanfare", peer),
          unit: " x",
        })),
      ]),
    };
  },
};

function handlers(): [string, LambdaHandler][] {
  const job = { handle: async () => {} };
  return [
    [FLOOR, rawParallel(job)],
    ["middy", middyParallel(job)],
    ["Powertools batch", powertoolsBatch(job)],
    ["Powertools batch, parser", powertoolsParser(job)],
    ["Fanfare", fanfare(job)],
    ["Fanfare, default logging", withConsole(fanfare(job, { logging: true }))],
  ];
}

function repeated(name: string, handler: LambdaHandler, contents: Contents, size: number, total: number): Contender {
  const event = sqsEvent(size, contents);
  const times = Math.ceil(total / size);
  return {
    name,
    sample: async () => {
      const context = lambdaContext();
      const { wallMs, cpuMs } = await timed(async () => {
        for (let time = 0; time < times; time++) await handler(event, context);
      });
      const records = times * size;
      return { cpuPerRecordUs: (cpuMs * 1_000) / records, perRecordUs: (wallMs * 1_000) / records };
    },
  };
}

/** In Lambda the console writes each line at once to a file descriptor; so does it here, to none that anybody reads. */
function withConsole(handler: LambdaHandler): LambdaHandler {
  const sink = openSync("/dev/null", "w");
  const write = (line: unknown) => {
    writeSync(sink, `${String(line)}\n`);
  };
  return async (event, context) => {
    const { info, warn, error } = console;
    Object.assign(console, { info: write, warn: write, error: write });
    try {
      return await handler(event, context);
    } finally {
      Object.assign(console, { info, warn, error });
    }
  };
}
