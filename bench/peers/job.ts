import type { Context, SQSEvent } from "aws-lambda";

/** What the benchmark's handler is: the same work for every contender. */
export interface Job {
  /** Handles one event's data. Rejects for those that are meant to fail. */
  readonly handle: (data: object, id: string) => Promise<void>;
}

/** The handler of a Lambda function as each contender makes it. */
export type LambdaHandler = (event: SQSEvent, context: Context) => Promise<unknown>;
