import * as lambda from "aws-cdk-lib/aws-lambda";

/** Returns the function of this app for which a function, alias or version stands; `undefined` for an imported one. */
export function definedFunctionOf(fn: unknown): lambda.Function | undefined {
  if (fn instanceof lambda.Alias || fn instanceof lambda.Version) {
    return definedFunctionOf(fn.lambda);
  }
  return fn instanceof lambda.Function ? fn : undefined;
}

/** Returns the function that acts for a grantee: itself, or the handler of a subscriber or work queue. */
export function functionBehind(grantee: object): lambda.FunctionBase | undefined {
  const fn = "handler" in grantee ? grantee.handler : grantee;
  return fn instanceof lambda.FunctionBase ? fn : undefined;
}
