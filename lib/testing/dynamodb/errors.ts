import type { CancellationReason } from "@aws-sdk/client-dynamodb";
import { AwsError } from "../../local/engine/index.ts";

/** Source of all codes and messages: DynamoDB API Reference, "Common errors" and the operations' own pages. */
export function validation(message: string): AwsError {
  return new AwsError("ValidationException", message);
}

/** A transaction of which nothing was written, with a reason for each of its items. */
export class TransactionCanceled extends AwsError {
  readonly CancellationReasons: readonly CancellationReason[];

  constructor(reasons: readonly CancellationReason[]) {
    const codes = reasons.map((reason) => reason.Code).join(", ");
    super(
      "TransactionCanceledException",
      `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
    );
    this.CancellationReasons = reasons;
  }
}
