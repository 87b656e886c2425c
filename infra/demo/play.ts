import { availableParallelism } from "node:os";
import { BatchWriteItemCommand } from "@aws-sdk/client-dynamodb";
import type { DeployedApp } from "fanfare/testing";
import { describeError, type RuntimeEvent } from "../../lib/local/index.ts";
import { checkImages } from "./checks/images.ts";
import { checkOrders, INITIAL_STOCK } from "./checks/orders.ts";
import { checkWebhooks } from "./checks/webhooks.ts";
import type { DemoOptions } from "./options.ts";
import { Plan } from "./plan.ts";
import type { Report } from "./report/report.ts";
import { Journal } from "./stage/journal.ts";
import { openStage, type Stage } from "./stage/stage.ts";
import { SUBSCRIBER_NAMES, SUBSCRIBERS } from "./stage/subscribers.ts";
import { type ReportedDeadLetter, tallyOf } from "./tally.ts";
import { makeUploads } from "./workload/images.ts";
import { eventsOf } from "./workload/order-routes.ts";
import { makeOrders, SKUS } from "./workload/orders.ts";
import { makePoison } from "./workload/poison.ts";
import { redeliver, sendOrders, sendPoison, sendUploads, sendWebhooks } from "./workload/send.ts";
import { largePush, realWebhooks } from "./workload/webhooks.ts";

/** Milliseconds until every message must have a final outcome after the last one was sent. */
const QUIET_TIMEOUT_MS = 90_000;

/** Processes per function. There are eight functions: on two cores, a second process each would only take time to start. */
const MAX_ENVIRONMENTS = availableParallelism() > 2 ? 2 : 1;

/** Of a message that SQS itself moved to a dead-letter queue. */
const NO_REASON = { error: "none", message: "" };

/** What became of the workload. */
export type Findings = Omit<Report, "ok" | "seconds">;

/** Starts the synthesised app, sends it the whole workload, and finds out what became of each message. */
export async function play(assembly: string, options: DemoOptions): Promise<Findings> {
  const journal = new Journal();
  const problems = new Set<string>();
  const stage = await openStage(assembly, {
    maxEnvironments: MAX_ENVIRONMENTS,
    onOutcome: journal.note,
    onEvent: (event) => {
      for (const problem of problemsOf(event)) {
        problems.add(problem);
      }
    },
  });
  try {
    return await playOn(stage, journal, problems, options);
  } finally {
    options.progress.end();
    await stage.close();
  }
}

async function playOn(
  stage: Stage,
  journal: Journal,
  problems: Set<string>,
  { orders: mix, repeated, progress }: DemoOptions,
): Promise<Findings> {
  const plan = new Plan();
  const orders = makeOrders(mix);
  const events = orders.flatMap(eventsOf);
  const real = realWebhooks();
  const webhooks = [...real, largePush("push-300-kb", 300_000), largePush("push-1-mb", 1_040_000)];
  const uploads = await makeUploads();
  await fillStock(stage);

  progress.step(
    `Sending ${orders.length} orders, ${webhooks.length} webhooks, ${uploads.length} uploads, and poison messages ...`,
  );
  progress.begin(plan, journal);
  await Promise.all([
    sendOrders(stage, plan, events).then(() => redeliver(stage, plan, events.slice(0, repeated))),
    sendWebhooks(stage, plan, webhooks, "first").then(() =>
      sendWebhooks(stage, plan, real.slice(0, repeated), "again"),
    ),
    sendUploads(stage, plan, uploads),
    sendPoison(stage, plan, makePoison()),
  ]);
  await stage.runtime.whenQuiet({ timeoutMs: QUIET_TIMEOUT_MS }).catch((error: unknown) => {
    // Messages that still wait then count as lost: the report says where they are.
    problems.add(describeError(error));
  });
  progress.end();

  const deadLetters = await readDeadLetters(stage.app);
  return {
    problems: [...problems],
    subscribers: SUBSCRIBER_NAMES.map((name) => {
      const own = deadLetters.filter(({ subscriber }) => subscriber === name);
      return tallyOf(name, plan.of(name), journal, own);
    }),
    deadLetters,
    checks: [
      ...(await checkOrders(stage, orders)),
      ...(await checkWebhooks(stage, webhooks)),
      ...(await checkImages(stage, uploads)),
    ],
  };
}

/**
 * The dead letters of all subscribers; they stay where they are. On a busy machine a letter may be sent twice, because the first response came
 * too late: its copy is left out.
 */
async function readDeadLetters(app: DeployedApp): Promise<ReportedDeadLetter[]> {
  const found = SUBSCRIBER_NAMES.map(async (subscriber) => {
    const deadLetters = await app.deadLettered(SUBSCRIBERS[subscriber].consumer);
    const distinct = new Map(deadLetters.map((letter) => [letter.body, letter]));
    return [...distinct.values()].map(({ reason: { error, message } = NO_REASON }) => ({ subscriber, error, message }));
  });
  return (await Promise.all(found)).flat();
}

/** The problems in an event of the runtime: batches that failed as a whole, warnings, deleted messages. */
function problemsOf(event: RuntimeEvent): string[] {
  switch (event.type) {
    case "batch":
      return event.error === undefined ? [] : [`${event.functionName}: ${event.error}`];
    case "warning":
    case "problem":
      return [event.message];
    case "filtered":
      return [`${event.functionName}: ${event.messages} messages deleted by a filter of the mapping`];
    case "invocation":
      return event.error === undefined ? [] : [`${event.functionName}: ${event.error}`];
    case "notSubscribed":
    case "outside":
    case "task":
      return [];
  }
}

/** Fills the stock with the same number of each article. */
async function fillStock({ clients, resource }: Stage): Promise<void> {
  const puts = SKUS.map((sku) => ({
    PutRequest: { Item: { sku: { S: sku }, available: { N: String(INITIAL_STOCK) } } },
  }));
  await clients.dynamodb.send(new BatchWriteItemCommand({ RequestItems: { [resource("Shop/Stock")]: puts } }));
}
