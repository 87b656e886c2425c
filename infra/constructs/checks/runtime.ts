import type * as lambda from "aws-cdk-lib/aws-lambda";

/** Returns the major version of a Node.js runtime; `undefined` for a runtime of another kind. */
export function nodeVersionOf({ name }: lambda.Runtime): number | undefined {
  const version = /^nodejs(\d+)\./.exec(name)?.[1];
  return version === undefined ? undefined : Number(version);
}
