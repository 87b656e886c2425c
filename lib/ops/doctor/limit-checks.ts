import type { Cloud } from "../cloud/index.ts";
import type { Fleet, FleetSnapshot, FleetSubscriber } from "../fleet/index.ts";
import type { Finding } from "./types.ts";

/** Messages in flight per queue, approximately. Source: Amazon SQS Developer Guide, "Amazon SQS message quotas". */
const IN_FLIGHT_QUOTA = 120_000;

/** Share of a quota from which on it is told. */
const NEAR = 0.8;

/** The oldest major version of Node.js whose Lambda runtime is not deprecated. Source: AWS Lambda Developer Guide, "Lambda runtimes". */
const OLDEST_NODE = 22;

/** Quotas that are near: a queue at its limit hands out no more messages, and a FIFO queue says nothing. */
export function checkQuotas({ subscribers }: FleetSnapshot): readonly Finding[] {
  return subscribers
    .filter(({ queue }) => queue.inFlight >= NEAR * IN_FLIGHT_QUOTA)
    .map(({ name, queue }) => ({
      severity: "warning",
      subscriber: name,
      message: `${queue.inFlight} messages are in flight, and SQS allows about ${IN_FLIGHT_QUOTA} per queue`,
      fix: "see why handlers do not end: lower maxConcurrency or batchSize, or shorten the visibility timeout",
    }));
}

/** Functions on a runtime that Lambda has deprecated. */
export function checkRuntimes({ name, mappings }: FleetSubscriber): readonly Finding[] {
  return mappings
    .filter(({ runtime }) => Number(/^nodejs(\d+)\.x$/.exec(runtime ?? "")?.[1] ?? OLDEST_NODE) < OLDEST_NODE)
    .map(({ functionName, runtime }) => ({
      severity: "warning",
      subscriber: name,
      message: `${functionName} runs on ${runtime}, which Lambda has deprecated`,
      fix: `deploy it with nodejs${OLDEST_NODE}.x or later`,
    }));
}

/** Default quotas of SNS; an account's may have been raised. Source: AWS General Reference, "Amazon SNS endpoints and quotas". */
const SNS_QUOTAS = {
  fifoTopics: 1_000,
  standardTopics: 100_000,
  subscriptionsOfFifoTopic: 100,
  filterPoliciesOfTopic: 200,
  filterPolicies: 10_000,
};

/** Quotas of SNS that are near, as far as the fleet counts: subscriptions of other protocols are not in it. */
export function checkSnsQuotas({ topics, subscribers }: Pick<Fleet, "topics" | "subscribers">): readonly Finding[] {
  const subscriptions = subscribers.flatMap((each) => each.subscriptions);
  const filtered = subscriptions.filter(({ filterPolicy }) => filterPolicy !== undefined);
  const byTopic = (list: typeof subscriptions) => Map.groupBy(list, ({ topicArn }) => topicArn);
  const fifo = topics.filter((each) => each.fifo);
  return [
    near("FIFO topics", fifo.length, SNS_QUOTAS.fifoTopics),
    near("standard topics", topics.length - fifo.length, SNS_QUOTAS.standardTopics),
    near("filter policies", filtered.length, SNS_QUOTAS.filterPolicies),
    ...fifo.map(({ arn, name }) =>
      near(
        `subscriptions of ${name}`,
        byTopic(subscriptions).get(arn)?.length ?? 0,
        SNS_QUOTAS.subscriptionsOfFifoTopic,
      ),
    ),
    ...topics.map(({ arn, name }) =>
      near(`filter policies of ${name}`, byTopic(filtered).get(arn)?.length ?? 0, SNS_QUOTAS.filterPoliciesOfTopic),
    ),
  ].flatMap((finding) => finding ?? []);
}

function near(what: string, count: number, quota: number): Finding | undefined {
  return count < NEAR * quota
    ? undefined
    : {
        severity: "warning",
        subscriber: "",
        message: `there are ${count} ${what}, and the default quota is ${quota}`,
        fix: "ask for more in Service Quotas before the next deployment, unless yours is higher already",
      };
}

/** Mappings that together may invoke more often at once than the account lets them: throttled receives count as receives. */
export async function checkConcurrency(cloud: Cloud, { subscribers }: Fleet): Promise<readonly Finding[]> {
  const wanted = subscribers
    .flatMap(({ mappings }) => mappings)
    .filter(({ enabled }) => enabled)
    .reduce((sum, { maximumConcurrency = 0 }) => sum + maximumConcurrency, 0);
  if (wanted === 0) {
    return [];
  }
  const { sdk, call } = await cloud.lambda();
  const command = new sdk.GetAccountSettingsCommand({});
  const { AccountLimit } = await call((client, options) => client.send(command, options));
  const allowed = AccountLimit?.UnreservedConcurrentExecutions ?? Number.POSITIVE_INFINITY;
  return wanted < NEAR * allowed
    ? []
    : [
        {
          severity: "warning",
          subscriber: "",
          message: `event source mappings may run ${wanted} invocations at once, and this account allows ${allowed} that are not reserved`,
          fix: "lower maxConcurrency, or ask for more concurrent executions of Lambda in Service Quotas: throttles count as receives",
        },
      ];
}
