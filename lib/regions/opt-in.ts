import { partitionOf } from "./partition.ts";

/**
 * The Regions that every account of the partition `aws` has. The list does not grow: every Region that AWS opened after 20 March 2019
 * must be opted into.
 * Source: AWS Account Management Reference Guide, "Enable or disable AWS Regions in your account" (November 2026).
 */
export const REGIONS_ENABLED_BY_DEFAULT: ReadonlySet<string> = new Set([
  "ap-northeast-1",
  "ap-northeast-2",
  "ap-northeast-3",
  "ap-south-1",
  "ap-southeast-1",
  "ap-southeast-2",
  "ca-central-1",
  "eu-central-1",
  "eu-north-1",
  "eu-west-1",
  "eu-west-2",
  "eu-west-3",
  "sa-east-1",
  "us-east-1",
  "us-east-2",
  "us-west-1",
  "us-west-2",
]);

/**
 * Whether accounts must opt into a Region. A Region that is not known here is newer than this list, and therefore opt-in. No Region of
 * another partition is: China, the US government, isolated networks and the European Sovereign Cloud.
 */
export function isOptInRegion(region: string): boolean {
  return partitionOf(region) === "aws" && !REGIONS_ENABLED_BY_DEFAULT.has(region);
}
