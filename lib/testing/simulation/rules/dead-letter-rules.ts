import type { SendMessageBatchRequestEntry } from "@aws-sdk/client-sqs";
import type { SqsRecord } from "../../../consume/index.ts";
import { FAILURE_ATTRIBUTE } from "../../../names/index.ts";
import { objectOf, parseJson } from "../../../std/index.ts";
import { type Invocation, type QueuedMessage, wasDisturbed } from "../entities.ts";
import { type Finding, findingAt } from "./finding.ts";

type DeadLetterEntry = Pick<SendMessageBatchRequestEntry, "MessageBody" | "MessageGroupId" | "MessageAttributes">;

/** Checks that a dead letter is the unchanged message with a reason. */
export function checkDeadLetter(
  record: SqsRecord,
  message: QueuedMessage,
  deadLetter: DeadLetterEntry,
): Finding | undefined {
  const problem = deadLetterProblem(record, deadLetter);
  return problem === undefined ? undefined : findingAt("dead-letter-complete", problem, message.case);
}

function deadLetterProblem(
  record: SqsRecord,
  { MessageBody: body, MessageGroupId: group, MessageAttributes: attributes = {} }: DeadLetterEntry,
): string | undefined {
  if (body !== record.body) {
    return "it was dead-lettered with another body";
  }
  if (group !== record.attributes.MessageGroupId) {
    return "it was dead-lettered with another message group";
  }
  for (const [name, value] of Object.entries(record.messageAttributes)) {
    if (name === FAILURE_ATTRIBUTE) {
      continue;
    }
    const kept = attributes[name];
    if (kept?.StringValue !== value.stringValue || kept?.DataType !== value.dataType) {
      return `it was dead-lettered without its attribute ${name}`;
    }
  }
  const reason = parseJson(attributes[FAILURE_ATTRIBUTE]?.StringValue ?? "");
  if (reason === undefined) {
    return "it was dead-lettered without a reason";
  }
  const { error } = objectOf(reason);
  return typeof error === "string" && error !== "" ? undefined : "the reason names no error";
}

/** Whether the consumer knew why the message failed, and nothing kept it from dead-lettering the message itself. */
export function failsQuietly(invocation: Invocation, message: QueuedMessage): boolean {
  const outcome = invocation.outcomes.get(message.id)?.[0];
  return outcome?.kind === "retry" && outcome.cause === "handler" && !wasDisturbed(invocation, 1);
}

/** Checks that SQS moves a message to the dead-letter queue only if the consumer could not dead-letter it with a reason. */
export function checkMove(message: QueuedMessage): Finding | undefined {
  return message.failedQuietly
    ? findingAt(
        "dead-letter-complete",
        "its last attempt failed, and SQS dead-lettered it without a reason",
        message.case,
      )
    : undefined;
}
