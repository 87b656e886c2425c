import type { InvokeMessage } from "./messages.ts";

/** The second argument of a handler. Source: AWS Lambda Developer Guide, "Using the Lambda context object" (Node.js). */
export interface LocalContext {
  callbackWaitsForEmptyEventLoop: boolean;
  readonly functionName: string;
  readonly functionVersion: string;
  readonly invokedFunctionArn: string;
  /** MB, as a string, as on Lambda. */
  readonly memoryLimitInMB: string;
  readonly awsRequestId: string;
  readonly logGroupName: string;
  readonly logStreamName: string;
  /** Milliseconds until the invocation times out. */
  getRemainingTimeInMillis(): number;
}

/** Builds the context of one invocation from the message and the variables that Lambda sets. */
export function createContext(
  message: Pick<InvokeMessage, "requestId" | "deadline" | "invokedFunctionArn">,
  variables: Readonly<Record<string, string | undefined>> = process.env,
): LocalContext {
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: variables.AWS_LAMBDA_FUNCTION_NAME ?? "",
    functionVersion: variables.AWS_LAMBDA_FUNCTION_VERSION ?? "",
    invokedFunctionArn: message.invokedFunctionArn,
    memoryLimitInMB: variables.AWS_LAMBDA_FUNCTION_MEMORY_SIZE ?? "",
    awsRequestId: message.requestId,
    logGroupName: variables.AWS_LAMBDA_LOG_GROUP_NAME ?? "",
    logStreamName: variables.AWS_LAMBDA_LOG_STREAM_NAME ?? "",
    getRemainingTimeInMillis: () => Math.max(0, message.deadline - Date.now()),
  };
}
