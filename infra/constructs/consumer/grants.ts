import type * as dynamodb from "aws-cdk-lib/aws-dynamodb";
import * as iam from "aws-cdk-lib/aws-iam";
import type * as lambda from "aws-cdk-lib/aws-lambda";
import type * as sqs from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import {
  grantDecrypt,
  grantEncrypt,
  missingStatement,
  SENDER_ACTIONS,
  warnOfImmutableRole,
  warnOfImportedPolicies,
} from "../access/index.ts";
import { grantIdempotency, type PayloadStore } from "../stores/index.ts";

/** What a handler calls while it consumes a queue. */
export interface ConsumedResources {
  readonly queue: sqs.IQueue;
  readonly deadLetterQueue: sqs.IQueue | undefined;
  readonly idempotencyTable: dynamodb.ITable | undefined;
  readonly payloads: PayloadStore | undefined;
  /** The consumer's name, with which its records begin. */
  readonly consumer: string;
}

/** Grants a handler exactly what consuming a queue takes. */
export function grantConsumption(scope: Construct, grantee: lambda.IFunction, resources: ConsumedResources): void {
  // If the handler was imported without its role, the warning about its environment names its permissions too.
  if (grantee.grantPrincipal instanceof iam.UnknownPrincipal) {
    return;
  }
  const { consumer, queue, deadLetterQueue, idempotencyTable, payloads } = resources;
  const grant = (resource: sqs.IQueue, ...actions: string[]) =>
    iam.Grant.addToPrincipal({ grantee, actions, resourceArns: [resource.queueArn] });
  warnOfImmutableRole(scope, grantee, [
    // Exactly what the event source mapping and the backoff of the runtime call.
    grant(queue, "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility", "sqs:GetQueueAttributes"),
    ...grantDecrypt(queue.encryptionMasterKey, grantee),
    ...(deadLetterQueue === undefined
      ? []
      : [grant(deadLetterQueue, "sqs:SendMessage"), ...grantEncrypt(deadLetterQueue.encryptionMasterKey, grantee)]),
    ...(idempotencyTable === undefined ? [] : grantIdempotency(idempotencyTable, grantee, consumer)),
    ...(payloads?.grantRead(grantee) ?? []),
  ]);
  warnOfImportedPolicies(scope, "the handler", [
    ...missingStatement(queue.encryptionMasterKey, grantee, ["kms:Decrypt"]),
    ...missingStatement(deadLetterQueue?.encryptionMasterKey, grantee, SENDER_ACTIONS),
  ]);
}
