import { z } from "zod";
import { type Measurement, type Registry, timed } from "../harness/index.ts";
import type { Job, LambdaHandler } from "../peers/job.ts";
import { asOnLambda, dynamoDbAt } from "./clients.ts";
import { lambdaContext } from "./context.ts";
import { realWebhooks, smallOrders, sqsEvent } from "./records.ts";

const settings = z.object({
  payload: z.enum(["small", "webhooks"]),
  /** What a batch holds besides events that are new and succeed. */
  mix: z.enum(["all new", "10 % duplicates", "10 % failures"]),
  /** Records of an invocation. */
  size: z.number(),
  /** Of the process that keeps the table and the stubs, see `Services`. */
  addresses: z.object({ dynamoDb: z.string(), stubs: z.string() }),
  table: z.string(),
});

export type WithStoreSettings = z.infer<typeof settings>;

/** Idempotent handlers. */
export const withStoreContenders: Registry<WithStoreSettings> = {
  settings,
  contenders: {
    "hand-written, 25 per call": batches(async (job, settings) =>
      (await import("../peers/raw-idempotent.ts")).rawIdempotent(job, storeOf(settings)),
    ),
    "Powertools batch + idempotency": batches(async (job, settings) =>
      (await import("../peers/powertools.ts")).powertoolsBatch(job, storeOf(settings)),
    ),
    Fanfare: batches(async (job, { addresses, table }) => {
      asOnLambda(addresses);
      return (await import("../peers/fanfare.ts")).fanfare(job, { table });
    }),
    "Fanfare, the SDK's client": batches(async (job, { addresses, table }) => {
      asOnLambda(addresses, { FANFARE_AWS_CLIENT: "sdk" });
      return (await import("../peers/fanfare.ts")).fanfare(job, { table });
    }),
    // Does what Powertools does with failures: leaves them to the queue's visibility timeout.
    "Fanfare, backoff: false": batches(async (job, { addresses, table }) => {
      asOnLambda(addresses);
      return (await import("../peers/fanfare.ts")).fanfare(job, { table, backoff: false });
    }),
  },
};

/** Invocations of a handler with batches of the settings. */
export function batches(load: (job: Job, settings: WithStoreSettings) => Promise<LambdaHandler>) {
  return async (settings: WithStoreSettings): Promise<Measurement> => {
    const { payload, mix, size } = settings;
    const failing = new Set<string>();
    const handle = async (_data: object, id: string) => {
      if (failing.has(id)) {
        throw new Error("this one is meant to fail");
      }
    };
    const handler = await load({ handle }, settings);
    let event = sqsEvent(0, smallOrders);
    return {
      prepare: async () => {
        event = sqsEvent(size, payload === "small" ? smallOrders : realWebhooks);
        const tenth = event.Records.filter((_, index) => index % 10 === 0);
        failing.clear();
        if (mix === "10 % failures") {
          for (const record of tenth) {
            failing.add(record.messageId);
          }
        }
        if (mix === "10 % duplicates") {
          await handler({ Records: tenth }, lambdaContext());
        }
      },
      measure: async () => {
        const context = lambdaContext();
        return await timed(() => handler(event, context));
      },
    };
  };
}

/** The table, and a client of it with the SDK's defaults. */
function storeOf({ addresses, table }: WithStoreSettings) {
  return { table, dynamodb: dynamoDbAt(addresses.dynamoDb) };
}
