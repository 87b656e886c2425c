import { IDEMPOTENCY_ITEM } from "../../names/index.ts";
import { type Cloud, mapLimited, unlessAbsent } from "../cloud/index.ts";
import { type Fleet, snapshotOf } from "../fleet/index.ts";
import { leftTails } from "../tail/index.ts";
import { alarmTopics, checkAlarms, ourAlarms } from "./alarm-checks.ts";
import { checkExpiry } from "./expiry-checks.ts";
import { checkKeys } from "./key-checks.ts";
import { checkConcurrency, checkQuotas, checkRuntimes, checkSnsQuotas } from "./limit-checks.ts";
import { checkPayloads } from "./payload-checks.ts";
import { checkMappings, checkQueues } from "./queue-checks.ts";
import { checkSubscriptions } from "./subscription-checks.ts";
import type { CheckUp, Finding } from "./types.ts";

/** Compares what is there with what the stack promised. Reads only. */
export async function checkUp(cloud: Cloud, fleet: Fleet): Promise<CheckUp> {
  const tables = await mapLimited(fleet.tables, (table) => checkTable(cloud, table));
  const left = await unlessAbsent(() => leftTails(cloud));
  const alarms = await unlessAbsent(() => ourAlarms(cloud, fleet));
  const keys = await checkKeys(cloud, fleet, alarmTopics(alarms ?? []));
  const concurrency = await unlessAbsent(() => checkConcurrency(cloud, fleet));
  const snapshot = await snapshotOf(cloud, fleet);
  const expiring = await checkExpiry(cloud, fleet, snapshot);
  const payloads = await checkPayloads(cloud, fleet);
  return {
    findings: [
      ...fleet.missing.map(
        ({ name, queue }): Finding => ({
          severity: "error",
          subscriber: name,
          message: `its queue ${queue} does not exist`,
          fix: "deploy the stack again",
        }),
      ),
      ...fleet.subscribers.flatMap((each) => [
        ...checkQueues(each),
        ...checkMappings(each),
        ...checkSubscriptions(each),
        ...checkRuntimes(each),
      ]),
      ...keys.findings,
      ...checkQuotas(snapshot),
      ...checkSnsQuotas(fleet),
      ...(concurrency ?? []),
      ...(payloads ?? []),
      ...tables.flatMap((found) => found ?? []),
      ...expiring,
      ...checkAlarms(alarms ?? []),
      ...(left ?? []).map(
        ({ queueName, end }): Finding => ({
          severity: "warning",
          subscriber: "",
          message: `the queue ${queueName} of a tail is left over: it ended at ${new Date(end).toISOString()}`,
          fix: "fanfare doctor",
        }),
      ),
    ],
    notes: [
      ...fleet.notes,
      ...(fleet.source === "manifest" ? [] : ["no manifest: what the stack promised is not known"]),
      ...(payloads === undefined ? ["lifecycle rules were not checked: S3 may not be read here"] : []),
      ...(alarms === undefined ? ["alarms were not checked: CloudWatch may not be read here"] : []),
      ...(concurrency === undefined
        ? ["concurrency was not checked: Lambda's account settings may not be read here"]
        : []),
      ...(keys.unread.length === 0
        ? []
        : [`the policies of ${keys.unread.join(", ")} were not checked: KMS may not be read here`]),
      ...(tables.includes(undefined) ? ["time to live of tables was not checked: DynamoDB may not be read here"] : []),
    ],
  };
}

async function checkTable(cloud: Cloud, table: string): Promise<readonly Finding[] | undefined> {
  const find = (severity: Finding["severity"], message: string, fix: string): readonly Finding[] => [
    { severity, subscriber: "", message, fix },
  ];
  return await unlessAbsent(async () => {
    const found = await expiryOf(cloud, table);
    if (found === undefined) {
      return find("error", `the idempotency table ${table} does not exist`, "deploy the stack again");
    }
    return found.attribute === IDEMPOTENCY_ITEM.expiry
      ? []
      : find(
          "warning",
          `records of the idempotency table ${table} never expire`,
          `turn on time to live with the attribute ${IDEMPOTENCY_ITEM.expiry}`,
        );
  });
}

/** The attribute by which items of a table expire, if time to live is on; `undefined` for a table that does not exist. */
async function expiryOf(
  cloud: Cloud,
  TableName: string,
): Promise<{ readonly attribute: string | undefined } | undefined> {
  const { sdk, call } = await cloud.dynamoDb();
  const command = new sdk.DescribeTimeToLiveCommand({ TableName });
  try {
    const { TimeToLiveDescription: found } = await call((client, options) => client.send(command, options));
    const isOn = found?.TimeToLiveStatus === "ENABLED" || found?.TimeToLiveStatus === "ENABLING";
    return { attribute: isOn ? found.AttributeName : undefined };
  } catch (error) {
    if (error instanceof sdk.ResourceNotFoundException) {
      return undefined;
    }
    throw error;
  }
}
