import type { AttributeValue, CancellationReason } from "@aws-sdk/client-dynamodb";
import { AwsError } from "../kernel/index.ts";

/**
 * The errors of DynamoDB. Source of codes and texts: API Reference, "Common errors", the error shapes of the API model
 * (`@aws-sdk/client-dynamodb`), and the service's own responses.
 */
export function validation(message: string): AwsError {
  return new AwsError("ValidationException", message);
}

/** A value of a request is wrong by itself. */
export function invalidParameters(message: string): AwsError {
  return validation(`One or more parameter values were invalid: ${message}`);
}

/** A field breaks a constraint of the API model. @param field the path with small first letters, for example `tableName` */
export function constraint(field: string, given: unknown, rule: string): AwsError {
  const shown = given === undefined || given === null ? "null" : `'${String(given)}'`;
  return validation(
    `1 validation error detected: Value ${shown} at '${field}' failed to satisfy constraint: Member must ${rule}`,
  );
}

export function resourceNotFound(detail?: string): AwsError {
  return new AwsError(
    "ResourceNotFoundException",
    detail === undefined ? "Requested resource not found" : `Requested resource not found: ${detail}`,
  );
}

export function resourceInUse(message: string): AwsError {
  return new AwsError("ResourceInUseException", message);
}

/** A parameter from before expressions. @param instead the parameter that does the same today */
export function legacyParameter(name: string, instead: string): AwsError {
  return validation(
    `The local engine does not support the legacy parameter ${name}: use ${instead}. ` +
      'See "Legacy conditional parameters" in the Amazon DynamoDB Developer Guide.',
  );
}

/** A condition does not hold. `Item` is there only if the request asked for it. */
export class ConditionalCheckFailed extends AwsError {
  readonly Item: Record<string, AttributeValue> | undefined;

  constructor(item?: Record<string, AttributeValue>) {
    super("ConditionalCheckFailedException", "The conditional request failed");
    this.Item = item;
  }
}

/** A transaction of which nothing was written, with a reason for each of its items. */
export class TransactionCanceled extends AwsError {
  readonly CancellationReasons: CancellationReason[];

  constructor(reasons: CancellationReason[]) {
    const codes = reasons.map((reason) => reason.Code).join(", ");
    super(
      "TransactionCanceledException",
      `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
    );
    this.CancellationReasons = reasons;
  }
}
