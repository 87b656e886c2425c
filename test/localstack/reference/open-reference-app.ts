import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { Journal } from "../../../infra/demo/stage/journal.ts";
import { referenceApp } from "../../../infra/demo/stage/stage.ts";
import { SUBSCRIBERS, type SubscriberName } from "../../../infra/demo/stage/subscribers.ts";
import type { ReferenceApp } from "../../e2e/app/cases/index.ts";
import { readAttributes } from "../suite/support/queues.ts";
import type { Deployed } from "../targets/target.ts";
import { readOutcome } from "./read-outcome.ts";

/** Looks in a row that have to find queues empty: SNS and S3 deliver in the background, and AWS counts approximately. */
const LOOKS = 3;

/** Milliseconds between two looks. */
const INTERVAL_MS = 300;

/** Milliseconds until queues that are not empty are a failure. */
const QUIET_TIMEOUT_MS = 90_000;

/** The reference app on a target, for the cases of `test/e2e/app/cases`. */
export function openReferenceApp({ clients, resource, invoke, lines }: Deployed): ReferenceApp {
  const app = referenceApp(clients, resource);
  const journal = async (subscriber: SubscriberName) => {
    const read = new Journal();
    for (const line of await lines(`${SUBSCRIBERS[subscriber].path}/Handler`)) {
      const outcome = readOutcome(unwrap(line));
      if (outcome !== undefined) {
        read.note({ outcome });
      }
    }
    return read;
  };
  const waiting = async (subscriber: SubscriberName) => {
    const attributes = await readAttributes(clients.sqs, app.queueUrl(subscriber));
    return ["", "NotVisible", "Delayed"].reduce(
      (sum, kind) => sum + Number(attributes[`ApproximateNumberOfMessages${kind}`] ?? 0),
      0,
    );
  };
  return {
    ...app,
    unique: (name) => `${name}-${randomUUID().slice(0, 8)}`,
    invoke,
    outcomes: async (subscriber, eventId) =>
      (await journal(subscriber))
        .entries(subscriber)
        .filter((entry) => entry.eventId === eventId)
        .map(({ outcome, attempt }) => ({ outcome, attempt })),
    ignored: async (subscriber) => (await journal(subscriber)).ended(subscriber, "ignored").length,
    quiet: async (subscribers) => {
      const deadline = Date.now() + QUIET_TIMEOUT_MS;
      for (let empty = 0; empty < LOOKS; ) {
        const counts = await Promise.all(subscribers.map(waiting));
        empty = counts.some((count) => count > 0) ? 0 : empty + 1;
        if (Date.now() > deadline) {
          const left = subscribers.map((name, index) => `${name} ${counts[index]}`).join(", ");
          throw new Error(`queues are not empty after ${QUIET_TIMEOUT_MS / 1_000} s: ${left}`);
        }
        if (empty < LOOKS) {
          await delay(INTERVAL_MS);
        }
      }
    },
  };
}

/** With JSON as its log format, Lambda puts a line that is a text into the field `message` of a JSON object of its own. */
function unwrap(line: string): string {
  if (!line.includes('"message":"{')) {
    return line;
  }
  const { message }: { message?: unknown } = JSON.parse(line);
  return typeof message === "string" ? message : line;
}
