import type { MetricAlarm } from "@aws-sdk/client-cloudwatch";
import type { Cloud } from "../cloud/index.ts";
import type { Fleet } from "../fleet/index.ts";
import type { Finding } from "./types.ts";

/** The alarms on the fleet's queues. */
export async function ourAlarms(cloud: Cloud, { queues }: Fleet): Promise<readonly MetricAlarm[]> {
  const { sdk, call } = await cloud.cloudWatch();
  const names = new Set(queues.map(({ name }) => name));
  const found: MetricAlarm[] = [];
  let token: string | undefined;
  do {
    const command = new sdk.DescribeAlarmsCommand(token === undefined ? {} : { NextToken: token });
    const page = await call((client, options) => client.send(command, options));
    const all = page.MetricAlarms ?? [];
    found.push(
      ...all.filter(({ Dimensions = [] }) =>
        Dimensions.some(({ Name, Value = "" }) => Name === "QueueName" && names.has(Value)),
      ),
    );
    token = page.NextToken;
  } while (token !== undefined);
  return found;
}

/** Alarms that tell nobody. */
export function checkAlarms(alarms: readonly MetricAlarm[]): readonly Finding[] {
  return alarms
    .filter(({ AlarmActions = [], ActionsEnabled }) => AlarmActions.length === 0 || ActionsEnabled === false)
    .map(({ AlarmName }) => ({
      severity: "warning",
      subscriber: "",
      message: `the alarm ${AlarmName} tells nobody`,
      fix: "set alarms.actionTopic",
    }));
}

/** The topics to which alarms are sent. */
export function alarmTopics(alarms: readonly MetricAlarm[]): ReadonlySet<string> {
  const actions = alarms.flatMap(({ AlarmActions = [], OKActions = [] }) => [...AlarmActions, ...OKActions]);
  return new Set(actions.filter((arn) => /^arn:[^:]+:sns:/.test(arn)));
}
