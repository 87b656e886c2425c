import Table from "cli-table3";
import pc from "picocolors";
import { MONTH_SECONDS, type Plan, TARGET_UTILISATION } from "../../plan/index.ts";

/** Most limits that are shown: those after the tenth are far away. */
const MAX_LIMITS = 10;

/** The plan as tables for a terminal. */
export function planText(plan: Plan): string {
  return [headline(plan), traffic(plan), concurrency(plan), limits(plan), cost(plan), notes(plan)].join("\n\n");
}

function headline({ workload, offloaded }: Plan): string {
  const { rate, size, subscribers, matching, fifo, groups, handlerMs, batchSize, guarantee } = workload;
  const share = matching === 1 ? "" : `, each receiving ${number(matching * 100)} %`;
  const kind = fifo ? `FIFO with ${number(groups)} groups` : "standard";
  return `${pc.bold(`${number(rate)} events/s`)} of ${number(size)} bytes${offloaded ? ", offloaded to S3" : ""}; ${kind}; ${number(subscribers)} ${subscribers === 1 ? "subscriber" : "subscribers"}${share}; handlers of ${number(handlerMs)} ms, batches of up to ${number(batchSize)}, ${guarantee}`;
}

function traffic({ traffic: calls }: Plan): string {
  const rows: [string, number][] = [
    ["SNS Publish or PublishBatch", calls.publish],
    ["SNS deliveries to SQS", calls.deliveries],
    ["SQS ReceiveMessage", calls.receive],
    ["SQS ReceiveMessage that finds nothing", calls.emptyReceive],
    ["SQS DeleteMessageBatch", calls.remove],
    ["Lambda invocations", calls.invocations],
    ["DynamoDB calls", calls.tableCalls],
    ["DynamoDB write request units", calls.tableWrites],
    ["S3 PutObject", calls.s3Puts],
    ["S3 GetObject", calls.s3Gets],
  ];
  return table(
    ["All subscribers together", "per second"],
    rows.filter(([, perSecond]) => perSecond > 0).map(([name, perSecond]) => [name, number(perSecond)]),
  );
}

function concurrency({ concurrency: one, shards, workload }: Plan): string {
  const rows = [
    ["Messages per batch, on average", number(one.batch)],
    ["Milliseconds per invocation", number(one.invocationMs)],
    ["Concurrent invocations, on average", number(one.busy)],
    [`Concurrency to allow (busy ${TARGET_UTILISATION * 100} % of the time)`, number(one.needed)],
    ["Pollers, in provisioned mode", number(one.pollers)],
    ["Minutes to scale up, in standard mode", number(one.rampMinutes)],
    ...(shards.queuePartitions === undefined ? [] : [["Partitions of the FIFO queue", number(shards.queuePartitions)]]),
    ...(shards.tablePartitions === 0 ? [] : [["Partitions of the idempotency table", number(shards.tablePartitions)]]),
  ];
  const short =
    one.needed > workload.maxConcurrency
      ? `\n${pc.yellow("warning")} maxConcurrency is ${workload.maxConcurrency}: set at least ${one.needed} on the subscriber`
      : "";
  return `${table(["One subscriber", ""], rows)}${short}`;
}

function limits({ limits: all, workload }: Plan): string {
  const rows = all
    .slice(0, MAX_LIMITS)
    .map(({ name, limit, unit, usage, bindsAt, assumed }) => [
      bindsAt <= workload.rate ? pc.red(name) : name,
      `${number(limit)} ${unit}${assumed ? " *" : ""}`,
      `${number((usage / limit) * 100)} %`,
      Number.isFinite(bindsAt) ? `${number(bindsAt)} events/s` : "never",
    ]);
  const advice = all
    .filter(({ bindsAt }, index) => index === 0 || bindsAt <= workload.rate)
    .map(
      ({ name, bindsAt, remedy }) => `${name} ${bindsAt <= workload.rate ? "is reached" : "binds first"}: ${remedy}`,
    );
  return [table(["Limit, the first to bind first", "", "used", "binds at"], rows), ...advice].join("\n");
}

function cost({ cost: bill, workload }: Plan): string {
  const rows = bill.items.map(({ service, item, units, usdPerUnit, assumed, usdPerMonth }) => [
    service,
    item,
    number(units),
    `${usdPerUnit}${assumed ? " *" : ""}`,
    usdPerMonth.toFixed(2),
    (usdPerMonth / ((workload.rate * MONTH_SECONDS) / 1_000_000)).toFixed(4),
  ]);
  const total = [
    "",
    pc.bold("total"),
    "",
    "",
    pc.bold(bill.usdPerMonth.toFixed(2)),
    pc.bold(bill.usdPerMillionEvents.toFixed(4)),
  ];
  return table(
    ["", "", "units per month", "USD per unit", "USD per month", "USD per million events"],
    [...rows, total],
  );
}

function notes({ prices, warnings }: Plan): string {
  return [
    ...warnings.map((warning) => `${pc.yellow("warning")} ${warning}`),
    `Prices of ${prices.region}, ${prices.date}, first tier; no free tier, data transfer, logs or keys. --price and --quota override the tables.`,
    "* assumed: not confirmed on AWS's page when the table was written. docs/plan.md has the sources.",
  ].join("\n");
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  // No colours of the table's own: picocolors knows whether this is a terminal.
  const drawn = new Table({ head: head.map((name) => pc.bold(name)), style: { head: [], border: [], compact: true } });
  drawn.push(...rows.map((row) => [...row]));
  return drawn.toString();
}

/** Three significant digits, or a whole number from 100 on. */
function number(value: number): string {
  return value.toLocaleString("en-US", value >= 100 ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: 3 });
}
