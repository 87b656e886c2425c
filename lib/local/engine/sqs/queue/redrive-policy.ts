import { isJsonObject, type JsonObject, parseJson } from "../../../../std/index.ts";
import { invalidParameter } from "../errors.ts";
import { MAXIMUM_MAX_RECEIVE_COUNT, MAXIMUM_SOURCE_QUEUE_ARNS } from "../limits.ts";
import { parseQueueArn } from "./queue-name.ts";

/** When a message leaves a queue for its dead-letter queue. */
export interface RedrivePolicy {
  readonly deadLetterTargetArn: string;
  readonly maxReceiveCount: number;
}

/** Which queues may use this queue as their dead-letter queue. */
export type RedriveAllowPolicy =
  | { readonly redrivePermission: "allowAll" | "denyAll" }
  | { readonly redrivePermission: "byQueue"; readonly sourceQueueArns: readonly string[] };

/** @throws AwsError `InvalidParameterValue`, which names the wrong part */
export function parseRedrivePolicy(text: string): RedrivePolicy {
  const wrong = (reason: string) => invalidParameter("RedrivePolicy", text, reason);
  const { deadLetterTargetArn, maxReceiveCount } = parseObject("RedrivePolicy", text);
  if (typeof deadLetterTargetArn !== "string") {
    throw wrong("Redrive policy does not contain mandatory attribute: deadLetterTargetArn.");
  }
  if (maxReceiveCount === undefined) {
    throw wrong("Redrive policy does not contain mandatory attribute: maxReceiveCount.");
  }
  if (parseQueueArn(deadLetterTargetArn) === undefined) {
    throw wrong("Invalid value for deadLetterTargetArn.");
  }
  const count =
    typeof maxReceiveCount === "string" && /^\d+$/.test(maxReceiveCount) ? Number(maxReceiveCount) : maxReceiveCount;
  if (typeof count !== "number" || !Number.isInteger(count) || count < 1 || count > MAXIMUM_MAX_RECEIVE_COUNT) {
    throw wrong(
      `Invalid value for maxReceiveCount: ${String(maxReceiveCount)}, valid values are from 1 to ${MAXIMUM_MAX_RECEIVE_COUNT} both inclusive.`,
    );
  }
  return { deadLetterTargetArn, maxReceiveCount: count };
}

/** @throws AwsError `InvalidParameterValue`, which names the wrong part */
export function parseRedriveAllowPolicy(text: string): RedriveAllowPolicy {
  const wrong = (reason: string) => invalidParameter("RedriveAllowPolicy", text, reason);
  const { redrivePermission, sourceQueueArns } = parseObject("RedriveAllowPolicy", text);
  if (redrivePermission === "allowAll" || redrivePermission === "denyAll") {
    if (sourceQueueArns !== undefined) {
      throw wrong("sourceQueueArns is only allowed when redrivePermission is byQueue.");
    }
    return { redrivePermission };
  }
  if (redrivePermission !== "byQueue") {
    throw wrong("redrivePermission must be one of allowAll, denyAll, byQueue.");
  }
  if (
    !Array.isArray(sourceQueueArns) ||
    sourceQueueArns.length === 0 ||
    sourceQueueArns.length > MAXIMUM_SOURCE_QUEUE_ARNS
  ) {
    throw wrong(
      `sourceQueueArns must name 1 to ${MAXIMUM_SOURCE_QUEUE_ARNS} queues; to allow more, set redrivePermission to allowAll.`,
    );
  }
  const arns = sourceQueueArns.filter(
    (arn): arn is string => typeof arn === "string" && parseQueueArn(arn) !== undefined,
  );
  if (arns.length !== sourceQueueArns.length) {
    throw wrong("Invalid value for sourceQueueArns: every entry must be the ARN of a queue.");
  }
  return { redrivePermission, sourceQueueArns: arns };
}

/** Whether the queue with this policy accepts `sourceArn` as its source. Without a policy every queue is accepted. */
export function allowsSource(policy: RedriveAllowPolicy | undefined, sourceArn: string): boolean {
  switch (policy?.redrivePermission) {
    case undefined:
    case "allowAll":
      return true;
    case "denyAll":
      return false;
    case "byQueue":
      return policy.sourceQueueArns.includes(sourceArn);
  }
}

function parseObject(parameter: string, text: string): JsonObject {
  const value = parseJson(text);
  if (!isJsonObject(value)) {
    throw invalidParameter(parameter, text, `${parameter} is not a valid JSON map.`);
  }
  return value;
}
