import { AwsError, denialReason, type PolicyDecision } from "../kernel/index.ts";

/** HTTP 400 `InvalidParameter`; `detail` follows "Invalid parameter: " as in SNS's own errors. */
export function invalidParameter(detail: string): AwsError {
  return new AwsError("InvalidParameter", `Invalid parameter: ${detail}`);
}

/** HTTP 400 `ParameterValueInvalid`: a bad message attribute. */
export function invalidAttributeValue(message: string): AwsError {
  return new AwsError("ParameterValueInvalid", message);
}

/** HTTP 404 `NotFound`: the topic, or the subscription, does not exist. */
export function notFound(kind: "Topic" | "Subscription"): AwsError {
  return new AwsError("NotFound", `${kind} does not exist`, { statusCode: 404 });
}

/** HTTP 403 `AuthorizationError`. */
export function notAuthorized(
  action: string,
  resource: string,
  accountId: string,
  decision: PolicyDecision = "implicitlyDenied",
): AwsError {
  return new AwsError(
    "AuthorizationError",
    `User: arn:aws:iam::${accountId}:root is not authorized to perform: SNS:${action} on resource: ${resource} ${denialReason(decision, `SNS:${action}`)}`,
    { statusCode: 403 },
  );
}
