import { openSync, writeSync } from "node:fs";
import { z } from "zod";
import { type Measurement, type Registry, timed } from "../harness/index.ts";
import type { LambdaHandler } from "../peers/job.ts";
import { lambdaContext } from "./context.ts";
import { realWebhooks, smallOrders, sqsEvent } from "./records.ts";

const settings = z.object({
  payload: z.enum(["small", "webhooks"]),
  /** Records of an invocation. */
  size: z.number(),
  /** Records that one sample goes through, in as many invocations as that takes. */
  total: z.number(),
});

export type WithoutStoreSettings = z.infer<typeof settings>;

const job = { handle: async () => {} };

/** Handlers without idempotency, around a handler that does nothing. */
export const withoutStoreContenders: Registry<WithoutStoreSettings> = {
  settings,
  contenders: {
    "hand-written": repeated(async () => (await import("../peers/raw.ts")).rawParallel(job)),
    "hand-written, as much for each record": repeated(async () =>
      (await import("../peers/raw-careful.ts")).rawCareful(job),
    ),
    middy: repeated(async () => (await import("../peers/middy.ts")).middyParallel(job)),
    "Powertools batch": repeated(async () => (await import("../peers/powertools.ts")).powertoolsBatch(job)),
    "Powertools batch, parser": repeated(
      async () => (await import("../peers/powertools.ts")).powertoolsParser(job),
      // It takes 50 times as long.
      0.1,
    ),
    Fanfare: repeated(async () => (await import("../peers/fanfare.ts")).fanfare(job)),
    "Fanfare, default logging": repeated(async () => {
      const { fanfare } = await import("../peers/fanfare.ts");
      return withConsole(fanfare(job, { logging: true }));
    }),
  },
};

/** @param share of the records of a sample that go through it */
function repeated(load: () => Promise<LambdaHandler>, share = 1) {
  return async ({ payload, size, total }: WithoutStoreSettings): Promise<Measurement> => {
    const handler = await load();
    const event = sqsEvent(size, payload === "small" ? smallOrders : realWebhooks);
    const times = Math.ceil((total * share) / size);
    return {
      measure: async () => {
        const context = lambdaContext();
        const { wallMs, cpuMs } = await timed(async () => {
          for (let time = 0; time < times; time++) {
            await handler(event, context);
          }
        });
        const records = times * size;
        return { cpuPerRecordUs: (cpuMs * 1_000) / records, perRecordUs: (wallMs * 1_000) / records };
      },
    };
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
