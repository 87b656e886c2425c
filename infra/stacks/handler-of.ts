import type * as lambda from "aws-cdk-lib/aws-lambda";

/** The function of a subscriber or work queue, for the permissions that only this app knows of. */
export function handlerOf(consumer: { readonly handler: lambda.IFunction | undefined }): lambda.IFunction {
  if (consumer.handler === undefined) throw new TypeError("this consumer has no handler");
  return consumer.handler;
}
