import { Stack, Token, TokenComparison } from "aws-cdk-lib";
import type { IConstruct } from "constructs";
import { partitionOf } from "../../../lib/regions/index.ts";

/** An account and a Region. Either may be known only at deployment. */
export interface Place {
  readonly account: string;
  readonly region: string;
}

/** Returns the place to which the stack of a construct is deployed. */
export function placeOf(construct: IConstruct): Place {
  const { account, region } = Stack.of(construct);
  return { account, region };
}

/** Returns the place that an ARN names, and the fallback where the ARN is known only at deployment. */
export function placeOfArn(arn: string, fallback: Place): Place {
  if (Token.isUnresolved(arn)) {
    return fallback;
  }
  const [, , , region, account] = arn.split(":");
  return { region: region || fallback.region, account: account || fallback.account };
}

/** Whether two accounts, or two Regions, are known to differ. What is known only at deployment is taken to be equal. */
export function differs(one: string, other: string): boolean {
  return Token.compareStrings(one, other) === TokenComparison.DIFFERENT;
}

/** Whether two places are known to differ in account or Region. */
export function isElsewhere(one: Place, other: Place): boolean {
  return differs(one.account, other.account) || differs(one.region, other.region);
}

/**
 * Whether CDK can let two constructs refer to each other without a physical name. It compares what it is told: to CDK, a Region that is
 * known only at deployment is another one than `eu-central-1`.
 */
export function shareEnvironment(one: IConstruct, other: IConstruct): boolean {
  return Stack.of(one).environment === Stack.of(other).environment;
}

/** Whether two Regions are known to be in different partitions, as China's and all others are. */
export function isOtherPartition(one: string, other: string): boolean {
  return differs(one, other) && partitionOf(one) !== partitionOf(other);
}

/** Returns a place as text: `account 111122223333, eu-central-1`. */
export function describePlace({ account, region }: Place): string {
  const known = (text: string) => (Token.isUnresolved(text) ? "known at deployment" : text);
  return `account ${known(account)}, ${known(region)}`;
}
