import { invalidParameter } from "./errors.ts";
import { MAXIMUM_MAX_RECEIVE_COUNT, MAXIMUM_SOURCE_QUEUE_ARNS } from "./limits.ts";
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

/** @throws AwsError `InvalidParameterValue` that says which part is wrong */
export function parseRedrivePolicy(text: string): RedrivePolicy {
  const policy = parseObject("RedrivePolicy", text);
  const { deadLetterTargetArn, maxReceiveCount } = policy;
  if (typeof deadLetterTargetArn !== "string") {
    throw invalidParameter(
      "RedrivePolicy",
      text,
      "Redrive policy does not contain mandatory attribute: deadLetterTargetArn.",
    );
  }
  if (maxReceiveCount === undefined) {
    throw invalidParameter(
      "RedrivePolicy",
      text,
      "Redrive policy does not contain mandatory attribute: maxReceiveCount.",
    );
  }
  if (parseQueueArn(deadLetterTargetArn) === undefined) {
    throw invalidParameter("RedrivePolicy", text, "Invalid value for deadLetterTargetArn.");
  }
  const count =
    typeof maxReceiveCount === "string" && /^\d+$/.test(maxReceiveCount) ? Number(maxReceiveCount) : maxReceiveCount;
  if (typeof count !== "number" || !Number.isInteger(count) || count < 1 || count > MAXIMUM_MAX_RECEIVE_COUNT) {
    throw invalidParameter(
      "RedrivePolicy",
      text,
      `Invalid value for maxReceiveCount: ${String(maxReceiveCount)}, valid values are from 1 to ${MAXIMUM_MAX_RECEIVE_COUNT} both inclusive.`,
    );
  }
  return { deadLetterTargetArn, maxReceiveCount: count };
}

/** @throws AwsError `InvalidParameterValue` that says which part is wrong */
export function parseRedriveAllowPolicy(text: string): RedriveAllowPolicy {
  const policy = parseObject("RedriveAllowPolicy", text);
  const { redrivePermission, sourceQueueArns } = policy;
  if (redrivePermission === "allowAll" || redrivePermission === "denyAll") {
    if (sourceQueueArns !== undefined) {
      throw invalidParameter(
        "RedriveAllowPolicy",
        text,
        "sourceQueueArns is only allowed when redrivePermission is byQueue.",
      );
    }
    return { redrivePermission };
  }
  if (redrivePermission !== "byQueue") {
    throw invalidParameter("RedriveAllowPolicy", text, "redrivePermission must be one of allowAll, denyAll, byQueue.");
  }
  if (
    !Array.isArray(sourceQueueArns) ||
    sourceQueueArns.length === 0 ||
    sourceQueueArns.length > MAXIMUM_SOURCE_QUEUE_ARNS
  ) {
    throw invalidParameter(
      "RedriveAllowPolicy",
      text,
      `sourceQueueArns must name 1 to ${MAXIMUM_SOURCE_QUEUE_ARNS} queues; to allow more, set redrivePermission to allowAll.`,
    );
  }
  const arns = sourceQueueArns.filter(
    (arn): arn is string => typeof arn === "string" && parseQueueArn(arn) !== undefined,
  );
  if (arns.length !== sourceQueueArns.length) {
    throw invalidParameter(
      "RedriveAllowPolicy",
      text,
      "Invalid value for sourceQueueArns: every entry must be the ARN of a queue.",
    );
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

function parseObject(parameter: string, text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw invalidParameter(parameter, text, `${parameter} is not a valid JSON map.`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw invalidParameter(parameter, text, `${parameter} is not a valid JSON map.`);
  }
  return { ...value };
}
