import { randomUUID } from "node:crypto";
import type { Context } from "aws-lambda";

/** The context of one invocation of a function with a timeout of five minutes. */
export function lambdaContext(): Context {
  const endsAt = Date.now() + 300_000;
  return {
    callbackWaitsForEmptyEventLoop: false,
    functionName: "bench",
    functionVersion: "$LATEST",
    invokedFunctionArn: "arn:aws:lambda:eu-central-1:123456789012:function:bench",
    memoryLimitInMB: "1024",
    awsRequestId: randomUUID(),
    logGroupName: "/aws/lambda/bench",
    logStreamName: "2026/11/21/[$LATEST]bench",
    getRemainingTimeInMillis: () => endsAt - Date.now(),
    done: () => {},
    fail: () => {},
    succeed: () => {},
  };
}
