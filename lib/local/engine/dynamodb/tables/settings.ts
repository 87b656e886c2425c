import type { ContinuousBackupsDescription } from "@aws-sdk/client-dynamodb";
import { constraint, validation } from "../errors.ts";
import type { Table } from "../model/index.ts";
import type { DynamoDbHandler } from "../operations.ts";

/** Source: API Reference, `PointInTimeRecoverySpecification`. */
const MAX_RECOVERY_DAYS = 35;

/** Source: API Reference, `DescribeLimits`. The quotas of most Regions: nothing is throttled here. */
const ACCOUNT_UNITS = 80_000;
const TABLE_UNITS = 40_000;

/** @throws AwsError `ValidationException`, `ResourceNotFoundException` */
export const updateTimeToLive: DynamoDbHandler<"UpdateTimeToLive"> = (state, context, input) => {
  const { Enabled, AttributeName } = input.TimeToLiveSpecification ?? {};
  if (Enabled === undefined || AttributeName === undefined || AttributeName === "") {
    throw constraint("timeToLiveSpecification", undefined, "not be null, with Enabled and AttributeName");
  }
  const table = state.require(context, input.TableName, (name) => `Table: ${name} not found`);
  const current = table.definition.timeToLiveAttribute;
  if (Enabled === (current !== undefined)) {
    throw validation(`TimeToLive is already ${Enabled ? "enabled" : "disabled"}`);
  }
  if (current !== undefined && current !== AttributeName) {
    throw validation(`TimeToLive is active on a different AttributeName: current AttributeName is ${current}`);
  }
  table.redefine({ timeToLiveAttribute: Enabled ? AttributeName : undefined });
  return { TimeToLiveSpecification: { Enabled, AttributeName } };
};

/** @throws AwsError `ResourceNotFoundException` */
export const describeTimeToLive: DynamoDbHandler<"DescribeTimeToLive"> = (state, context, input) => {
  const table = state.require(context, input.TableName, (name) => `Table: ${name} not found`);
  const { timeToLiveAttribute } = table.definition;
  return {
    TimeToLiveDescription:
      timeToLiveAttribute === undefined
        ? { TimeToLiveStatus: "DISABLED" }
        : { TimeToLiveStatus: "ENABLED", AttributeName: timeToLiveAttribute },
  };
};

/** Records the setting: there are no backups here. @throws AwsError `ValidationException`, `ResourceNotFoundException` */
export const updateContinuousBackups: DynamoDbHandler<"UpdateContinuousBackups"> = (state, context, input) => {
  const { PointInTimeRecoveryEnabled, RecoveryPeriodInDays } = input.PointInTimeRecoverySpecification ?? {};
  if (PointInTimeRecoveryEnabled === undefined) {
    throw constraint("pointInTimeRecoverySpecification.pointInTimeRecoveryEnabled", undefined, "not be null");
  }
  if (RecoveryPeriodInDays !== undefined && !(RecoveryPeriodInDays >= 1 && RecoveryPeriodInDays <= MAX_RECOVERY_DAYS)) {
    throw constraint(
      "pointInTimeRecoverySpecification.recoveryPeriodInDays",
      RecoveryPeriodInDays,
      `have value between 1 and ${MAX_RECOVERY_DAYS}`,
    );
  }
  const table = state.require(context, input.TableName, (name) => `Table: ${name} not found`);
  table.redefine({
    pointInTimeRecovery: PointInTimeRecoveryEnabled,
    recoveryPeriodDays: PointInTimeRecoveryEnabled ? (RecoveryPeriodInDays ?? MAX_RECOVERY_DAYS) : undefined,
  });
  return { ContinuousBackupsDescription: describeBackups(table, state.now()) };
};

/** @throws AwsError `ResourceNotFoundException` */
export const describeContinuousBackups: DynamoDbHandler<"DescribeContinuousBackups"> = (state, context, input) => {
  const table = state.require(context, input.TableName, (name) => `Table: ${name} not found`);
  return { ContinuousBackupsDescription: describeBackups(table, state.now()) };
};

export const describeLimits: DynamoDbHandler<"DescribeLimits"> = () => ({
  AccountMaxReadCapacityUnits: ACCOUNT_UNITS,
  AccountMaxWriteCapacityUnits: ACCOUNT_UNITS,
  TableMaxReadCapacityUnits: TABLE_UNITS,
  TableMaxWriteCapacityUnits: TABLE_UNITS,
});

function describeBackups({ definition }: Table, now: number): ContinuousBackupsDescription {
  return {
    ContinuousBackupsStatus: "ENABLED",
    PointInTimeRecoveryDescription: definition.pointInTimeRecovery
      ? {
          PointInTimeRecoveryStatus: "ENABLED",
          RecoveryPeriodInDays: definition.recoveryPeriodDays,
          EarliestRestorableDateTime: new Date(definition.createdAt),
          LatestRestorableDateTime: new Date(now),
        }
      : { PointInTimeRecoveryStatus: "DISABLED" },
  };
}
