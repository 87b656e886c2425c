import middy from "@middy/core";
import sqsPartialBatchFailure from "@middy/sqs-partial-batch-failure";
import type { SQSEvent } from "aws-lambda";
import type { Job, LambdaHandler } from "./job.ts";
import { decode } from "./raw.ts";

/** middy with its middleware for partial batch failures, as its documentation shows it. */
export function middyParallel({ handle }: Job): LambdaHandler {
  const handler = middy<SQSEvent, unknown>()
    .use(sqsPartialBatchFailure({ logger: () => {} }))
    .handler(async (event: SQSEvent) =>
      Promise.allSettled(
        event.Records.map(async (record) => {
          const { id, data } = decode(record);
          await handle(data, id);
        }),
      ),
    );
  return async (event, context) => await handler(event, context);
}
