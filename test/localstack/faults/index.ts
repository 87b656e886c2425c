import { CLOUDFORMATION_FAULTS } from "./cloudformation.ts";
import { DYNAMODB_FAULTS } from "./dynamodb.ts";
import type { Fault } from "./fault.ts";
import { FILTER_FAULTS } from "./filters.ts";
import { S3_FAULTS } from "./s3.ts";
import { SQS_FAULTS } from "./sqs.ts";

/** All faults that are known; those of no target stay as reproductions of what has been tried. */
export const FAULTS: readonly Fault[] = [
  ...CLOUDFORMATION_FAULTS,
  ...DYNAMODB_FAULTS,
  ...SQS_FAULTS,
  ...S3_FAULTS,
  ...FILTER_FAULTS,
];
export type { Fault, Probe } from "./fault.ts";
export { openWorkbench } from "./probe.ts";
