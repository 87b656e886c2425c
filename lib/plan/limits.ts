import { concurrencyOf, groupsOfBatch } from "./concurrency.ts";
import { MANY_METRICS, ownMetricsOf } from "./metrics.ts";
import { QUOTAS, type QuotaName, type QuotaOverrides } from "./quotas.ts";
import { trafficOf } from "./traffic.ts";
import { deliveryRate, isOffloaded, messageBytes, type Workload } from "./workload.ts";

/** How close a workload is to one limit. */
export interface BindingLimit {
  /** What is limited: `SNS: messages of a FIFO topic`. */
  readonly name: string;
  /** Name of the AWS quota; `undefined` for a limit that the user's own settings make. */
  readonly quota: QuotaName | undefined;
  readonly limit: number;
  readonly unit: string;
  /** The usage at the workload's rate, in `unit`. */
  readonly usage: number;
  /** Events published per second at which the limit is reached. */
  readonly bindsAt: number;
  readonly source: string;
  /** Whether the number was not confirmed when the table was written. */
  readonly assumed: boolean;
  readonly remedy: string;
}

interface Rule {
  readonly name: string;
  readonly applies?: (workload: Workload) => boolean;
  /** The quota, or a limit that the workload itself sets. */
  readonly limit:
    | QuotaName
    | { readonly of: (workload: Workload) => number; readonly unit: string; readonly source: string };
  readonly usage: (workload: Workload) => number;
  readonly remedy: string;
}

const onFifo = ({ fifo }: Workload): boolean => fifo;
const stores = ({ guarantee }: Workload): boolean => guarantee !== "at-least-once";

const RULES: readonly Rule[] = [
  {
    name: "SNS: messages of all standard topics",
    applies: ({ fifo }) => !fifo,
    limit: "snsPublish",
    usage: ({ rate }) => rate,
    remedy: "ask AWS for a higher quota",
  },
  {
    name: "SNS: messages of a FIFO topic",
    applies: onFifo,
    limit: "snsFifoPublish",
    usage: ({ rate }) => rate,
    remedy: "set FifoThroughputScope to MessageGroup (it cannot be undone), or use several topics",
  },
  {
    name: "SNS: bytes of a FIFO topic",
    applies: onFifo,
    limit: "snsFifoBytes",
    usage: (workload) => workload.rate * messageBytes(workload),
    remedy: "offload smaller payloads, compress, or use several topics",
  },
  {
    name: "SNS: messages of one group",
    applies: onFifo,
    limit: "snsGroup",
    usage: ({ rate, groups }) => rate / groups,
    remedy: "choose a group with more different values",
  },
  {
    name: "SQS: receives of one FIFO queue",
    applies: onFifo,
    limit: "sqsFifoCalls",
    usage: (workload) => trafficOf(workload).receive / workload.subscribers,
    remedy: "ask AWS for a higher quota, or use larger batches",
  },
  {
    name: "SQS: messages in flight in one queue",
    limit: "sqsInFlight",
    usage: (workload) => concurrencyOf(workload).busy * concurrencyOf(workload).batch,
    remedy: "make handlers faster",
  },
  {
    name: "Your maximum concurrency of a mapping",
    limit: { of: ({ maxConcurrency }) => maxConcurrency, unit: "invocations", source: "maxConcurrency of fanOut" },
    usage: (workload) => concurrencyOf(workload).busy,
    remedy: "raise maxConcurrency, or use larger batches",
  },
  {
    name: "Your active message groups",
    applies: onFifo,
    limit: { of: ({ groups }) => groups, unit: "groups", source: "a group is handled by one invocation at a time" },
    usage: (workload) => {
      const { busy, batch } = concurrencyOf(workload);
      return busy * groupsOfBatch(workload, batch);
    },
    remedy: "choose a group with more different values, or make handlers faster",
  },
  {
    name: "Lambda: invocations of one mapping",
    limit: "mappingConcurrency",
    usage: (workload) => concurrencyOf(workload).busy,
    remedy: "use larger batches, or provisioned mode",
  },
  {
    name: "Lambda: invocations of the account",
    limit: "lambdaConcurrency",
    usage: (workload) => concurrencyOf(workload).busy * workload.subscribers,
    remedy: "ask AWS for a higher quota, and leave room for other functions",
  },
  {
    name: "DynamoDB: writes of a new table",
    applies: stores,
    limit: "newTableWrites",
    usage: (workload) => trafficOf(workload).tableWrites,
    remedy: "pre-warm the table, or let the traffic grow over half an hour",
  },
  {
    name: "DynamoDB: writes of one table",
    applies: stores,
    limit: "tableWrites",
    usage: (workload) => trafficOf(workload).tableWrites,
    remedy: "ask AWS for a higher quota, or give each subscriber its own table",
  },
  {
    name: "S3: payloads written under one prefix",
    applies: isOffloaded,
    limit: "s3Puts",
    usage: (workload) => trafficOf(workload).s3Puts,
    remedy: "let the traffic grow: S3 splits a prefix by itself within minutes",
  },
  {
    name: "S3: payloads read under one prefix",
    applies: isOffloaded,
    limit: "s3Gets",
    usage: (workload) => trafficOf(workload).s3Gets,
    remedy: "let the traffic grow: S3 splits a prefix by itself within minutes",
  },
];

/** All limits that a workload can reach by growing, the first to bind first. The shape of the traffic stays as it is. */
export function limitsOf(workload: Workload, overrides: QuotaOverrides = {}): readonly BindingLimit[] {
  return RULES.filter(({ applies }) => applies?.(workload) ?? true)
    .map(({ name, limit, usage, remedy }): BindingLimit => {
      const quota = typeof limit === "string" ? limit : undefined;
      const { value, unit, source, confirmed } =
        typeof limit === "string"
          ? { ...QUOTAS[limit], value: overrides[limit] ?? QUOTAS[limit].value }
          : { value: limit.of(workload), unit: limit.unit, source: limit.source, confirmed: true };
      return {
        name,
        quota,
        limit: value,
        unit,
        usage: usage(workload),
        bindsAt: rateAt((rate) => usage({ ...workload, rate }), value),
        source,
        assumed: !confirmed && (quota === undefined || overrides[quota] === undefined),
        remedy,
      };
    })
    .sort((a, b) => a.bindsAt - b.bindsAt);
}

/** The rate at which a usage reaches a limit, by bisection: usages grow with the rate, but batches make them nonlinear. */
function rateAt(usage: (rate: number) => number, limit: number): number {
  let low = 0;
  let high = 1;
  while (usage(high) < limit) {
    low = high;
    high *= 2;
    if (high > Number.MAX_SAFE_INTEGER) {
      return Number.POSITIVE_INFINITY;
    }
  }
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (usage(middle) < limit) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return high;
}

/** What is wrong with a workload, independent of its rate. */
export function warningsOf(workload: Workload): readonly string[] {
  const { fifo, subscribers, matching, size } = workload;
  const warnings: string[] = [];
  if (fifo && subscribers > QUOTAS.snsFifoSubscriptions.value) {
    warnings.push(
      `a FIFO topic allows at most ${QUOTAS.snsFifoSubscriptions.value} subscriptions, but the workload has ${subscribers} subscribers`,
    );
  }
  if (matching < 1 && subscribers > QUOTAS.snsFilters.value) {
    warnings.push(
      `a topic allows ${QUOTAS.snsFilters.value} filter policies, but the workload has ${subscribers}: ask AWS for a higher quota`,
    );
  }
  if (!isOffloaded(workload) && size > QUOTAS.snsMessageBytes.value) {
    warnings.push(
      `SNS allows ${QUOTAS.snsMessageBytes.value} bytes per message by default: for ${size} bytes set MaximumMessageSize on the topic, which then allows at most 100 subscriptions`,
    );
  }
  if (deliveryRate(workload) < 0.01) {
    warnings.push("so few events arrive that most of the SQS cost is for empty polls");
  }
  const { metrics: usual, metricsAtMost } = ownMetricsOf(workload);
  if (usual > MANY_METRICS) {
    warnings.push(
      `metrics() makes ${usual} metrics, and up to ${metricsAtMost} if every cause and error occurs: leave it out of consumers whose metrics nobody looks at, and lower maxErrors`,
    );
  }
  return warnings;
}
