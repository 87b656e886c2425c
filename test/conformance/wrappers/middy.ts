import middy from "@middy/core";
import sqsPartialBatchFailure from "@middy/sqs-partial-batch-failure";
import type { Context, SQSEvent } from "aws-lambda";
import type { LambdaHandler, Wrapper } from "../harness/index.ts";
import { plainDelivery, readRecord } from "./plain.ts";

const offered = "middy's middleware reports failed records:";

/**
 * middy with its middleware for partial batch failures, as its documentation shows: all records side by side for standard
 * queues. It leaves the order of FIFO queues to the user; here records go one after another, and the rest counts as failed after
 * the first failure. The signal is middy's own, aborted just before Lambda's timeout.
 */
export const middyWrapper: Wrapper = {
  name: "middy",
  packages: ["@middy/core", "@middy/sqs-partial-batch-failure"],
  lacks: {
    store: `${offered} no idempotency`,
    groups: `${offered} the user's code decides the order, and what is skipped after a failure`,
    concurrency: `${offered} how many run at once is the user's code`,
    recordTimeout: `${offered} no timeout of a record`,
    backoff: `${offered} no visibility changes`,
    deadLetter: `${offered} no dead-lettering`,
    payloads: `${offered} no payloads in S3`,
    compression: `${offered} no compressed bodies`,
    expiry: `${offered} no expiry of events`,
    guarantee: `${offered} no choice of guarantee`,
    commit: `${offered} no transaction of effect and completion`,
  },
  build(spec, clients, report): LambdaHandler {
    const one = async (record: SQSEvent["Records"][number], signal: AbortSignal) => {
      await spec.handle(plainDelivery(readRecord(record), record.messageId, clients.dynamodb, signal));
    };
    const parallel = async (event: SQSEvent, _context: Context, { signal }: { signal: AbortSignal }) =>
      await Promise.allSettled(event.Records.map((record) => one(record, signal)));
    const sequential = async (event: SQSEvent, _context: Context, { signal }: { signal: AbortSignal }) => {
      const statuses: Promise<void>[] = [];
      let failure: unknown;
      for (const record of event.Records) {
        if (failure !== undefined) {
          statuses.push(Promise.reject(failure));
          continue;
        }
        try {
          await one(record, signal);
          statuses.push(Promise.resolve());
        } catch (error) {
          failure = error ?? new Error("nothing was thrown");
          statuses.push(Promise.reject(failure));
        }
      }
      return await Promise.allSettled(statuses);
    };
    const logger = (reason: unknown) => report(String(reason));
    const handler = middy<SQSEvent, unknown>()
      .use(sqsPartialBatchFailure({ logger }))
      .handler(spec.fifo ? sequential : parallel);
    return async (event, context) => await handler(event, context);
  },
};
