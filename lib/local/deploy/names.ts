import { createHash } from "node:crypto";

/** How the service limits a name. */
export interface NameRule {
  readonly maxLength: number;
  readonly lowerCase?: boolean;
  readonly suffix?: string;
}

/**
 * Limits of names. Sources: Amazon SQS quotas (80), Amazon SNS CreateTopic (256), Amazon S3 bucket naming rules (63, lower
 * case), AWS Lambda CreateFunction (64), Amazon DynamoDB naming rules (255), IAM quotas (64 for roles, 128 for policies),
 * Amazon CloudWatch Logs CreateLogGroup (512).
 */
export const NAME_RULES = {
  queue: { maxLength: 80 },
  fifoQueue: { maxLength: 80, suffix: ".fifo" },
  topic: { maxLength: 256 },
  fifoTopic: { maxLength: 256, suffix: ".fifo" },
  bucket: { maxLength: 63, lowerCase: true },
  function: { maxLength: 64 },
  table: { maxLength: 255 },
  role: { maxLength: 64 },
  logGroup: { maxLength: 512 },
  other: { maxLength: 128 },
} as const satisfies Record<string, NameRule>;

/**
 * The physical name of a resource without a name in the template: `<stack>-<logical id>-<hash>`, always the same for the same
 * resource, so that a second deployment finds what the first one created.
 */
export function physicalName(stackName: string, logicalId: string, rule: NameRule): string {
  const suffix = rule.suffix ?? "";
  const hash = createHash("sha256").update(`${stackName}/${logicalId}`).digest("hex").slice(0, 12);
  const room = rule.maxLength - suffix.length - hash.length - 2;
  const stack = stackName.slice(0, Math.max(1, Math.min(stackName.length, Math.floor(room / 2))));
  const name = `${stack}-${logicalId.slice(0, room - stack.length)}-${hash}`;
  return (rule.lowerCase === true ? name.toLowerCase() : name) + suffix;
}
