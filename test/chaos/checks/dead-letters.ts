import { StartMessageMoveTaskCommand } from "@aws-sdk/client-sqs";
import { readDeadLetters } from "../../../lib/testing/app/dead-letters.ts";
import { NAMES, type Name, type Resources } from "../runtime/resources.ts";
import type { Workload } from "../workload/index.ts";
import { type Check, checkOf } from "./check.ts";

export interface DeadLetter {
  readonly name: Name;
  readonly body: string;
  /** Code of the reason; undefined when SQS moved the message itself, after receives that nobody answered. */
  readonly error: string | undefined;
  /** `expected`: nobody could ever process it. `exhausted`: the faults used up its tries. */
  readonly kind: "expected" | "exhausted";
}

/** Reads all dead letters and makes them visible again. */
export async function readAllDeadLetters(resources: Resources): Promise<readonly DeadLetter[]> {
  const deadLetters = await Promise.all(NAMES.map((name) => readQueue(resources, name)));
  return deadLetters.flat();
}

async function readQueue({ clients, deadLetterQueueUrl }: Resources, name: Name): Promise<DeadLetter[]> {
  const found = await readDeadLetters(clients.sqs, deadLetterQueueUrl(name));
  return found.map(({ body, reason }) => {
    const error = reason?.error;
    const isHopeless = body.includes("poison-") || (error === "Permanent" && isBusiness(name, body));
    return { name, body, error, kind: isHopeless ? "expected" : "exhausted" };
  });
}

/** What the app's own handlers refuse for good: mail addresses that do not exist, orders that nobody believes. */
function isBusiness(name: Name, body: string): boolean {
  return name === "notification" ? body.includes("@bounced.example") : name === "analytics" && body.includes("9999999");
}

/**
 * Sends the dead letters of the queues that hold exhausted ones back to where they came from. The destination is named:
 * SQS does not know where a message came from that a consumer sent to the dead-letter queue itself, and would stop at it
 * (API Reference, StartMessageMoveTask).
 */
export async function redrive(resources: Resources, deadLetters: readonly DeadLetter[]): Promise<number> {
  const exhausted = deadLetters.filter(({ kind }) => kind === "exhausted");
  for (const name of new Set(exhausted.map((deadLetter) => deadLetter.name))) {
    const SourceArn = arnOf(resources.deadLetterQueueUrl(name));
    const DestinationArn = arnOf(resources.queueUrl(name));
    await resources.clients.sqs.send(new StartMessageMoveTaskCommand({ SourceArn, DestinationArn }));
  }
  return exhausted.length;
}

function arnOf(queueUrl: string): string {
  return `arn:aws:sqs:eu-central-1:000000000000:${queueUrl.split("/").at(-1)}`;
}

/** Everything hopeless is in its dead-letter queue with the reason, and nothing else is in any. */
export function checkDeadLetters(deadLetters: readonly DeadLetter[], { poison, orders }: Workload): Check {
  const problems = poison.flatMap(({ name, id, error }) => {
    const mine = deadLetters.filter((deadLetter) => deadLetter.body.includes(id));
    if (mine.length === 0) {
      return [`${id} is in no dead-letter queue`];
    }
    return mine.flatMap((deadLetter) =>
      deadLetter.name === name && deadLetter.error === error
        ? []
        : [`${id} is in the dead-letter queue of ${deadLetter.name} as ${deadLetter.error}, not as ${error}`],
    );
  });
  const business = [
    ...orders.filter(({ placed }) => placed.email.endsWith("@bounced.example")).map(({ placed }) => placed.orderId),
    ...orders.filter(({ placed }) => placed.total > 1_000_000).map(({ placed }) => placed.orderId),
  ];
  for (const orderId of business) {
    if (!deadLetters.some(({ body }) => body.includes(`"${orderId}"`))) {
      problems.push(`${orderId} is in no dead-letter queue`);
    }
  }
  for (const { name, body, error } of deadLetters.filter(({ kind }) => kind === "exhausted")) {
    problems.push(`at ${name}, ${error ?? "without a reason"}, even after redriving: ${body.slice(0, 120)}`);
  }
  const hopeless = poison.length + business.length;
  const again = deadLetters.filter(({ kind }) => kind === "expected").length - hopeless;
  return checkOf(
    "dead letters",
    `${hopeless} hopeless messages, each with its reason${again > 0 ? `; ${again} of them twice` : ""}`,
    problems,
  );
}
