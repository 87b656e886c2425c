import { invalidParameter } from "./errors.ts";

/** The parts of `arn:partition:service:region:account:resource`; the resource may hold colons. */
export interface Arn {
  readonly partition: string;
  readonly service: string;
  readonly region: string;
  readonly accountId: string;
  readonly resource: string;
}

const ARN_ELEMENTS = 6;

/** @returns undefined when the text is no ARN */
export function parseArn(text: string): Arn | undefined {
  const [prefix, partition, service, region, accountId, ...resource] = text.split(":");
  if (prefix !== "arn" || !partition || !service || region === undefined || accountId === undefined) {
    return undefined;
  }
  return resource.length === 0 ? undefined : { partition, service, region, accountId, resource: resource.join(":") };
}

/**
 * An ARN that a caller gave.
 *
 * @param parameter the name of the parameter, for the error
 * @throws AwsError InvalidParameter, worded as SNS does
 */
export function requireArn(text: string | undefined, parameter: string): Arn {
  if (text === undefined || text === "") {
    throw invalidParameter(`${parameter} Reason: no value for required parameter`);
  }
  const elements = text.split(":").length;
  if (elements < ARN_ELEMENTS) {
    throw invalidParameter(`${parameter} Reason: An ARN must have at least ${ARN_ELEMENTS} elements, not ${elements}`);
  }
  const arn = parseArn(text);
  if (arn === undefined) {
    throw invalidParameter(parameter);
  }
  return arn;
}

/** The partition that a region lies in. Source: AWS General Reference, "Amazon Resource Names (ARNs)". */
export function partitionOf(region: string): string {
  if (region.startsWith("cn-")) {
    return "aws-cn";
  }
  return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
}

/** True for the ARN or name of a FIFO queue or topic. */
export function isFifoName(name: string): boolean {
  return name.endsWith(".fifo");
}
