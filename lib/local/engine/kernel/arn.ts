/** The parts of `arn:partition:service:region:account:resource`; the resource may contain colons. */
export interface Arn {
  readonly partition: string;
  readonly service: string;
  readonly region: string;
  readonly accountId: string;
  readonly resource: string;
}

/** @returns undefined when the string is not an ARN; region and account may be empty, as in ARNs of buckets */
export function parseArn(text: string): Arn | undefined {
  const [prefix, partition, service, region, accountId, ...resource] = text.split(":");
  if (prefix !== "arn" || !partition || !service || region === undefined || accountId === undefined) {
    return undefined;
  }
  return resource.length === 0 ? undefined : { partition, service, region, accountId, resource: resource.join(":") };
}

/** The partition of a Region. Source: AWS General Reference, "Amazon Resource Names (ARNs)". */
export function partitionOf(region: string): string {
  if (region.startsWith("cn-")) {
    return "aws-cn";
  }
  return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
}

/** Whether this is the ARN or name of a FIFO queue or topic. */
export function isFifoName(name: string): boolean {
  return name.endsWith(".fifo");
}
