import type { SqsRecord } from "../../../consume/index.ts";
import { FAILURE_ATTRIBUTE } from "../../../names/index.ts";
import { type Invocation, wasDisturbed } from "../invocation.ts";
import type { MessageRecord } from "../ledger.ts";
import { type Finding, findingAt } from "./finding.ts";

/** What the consumer sends to a dead-letter queue is the message as it was, with the reason. */
export function checkLetter(
  record: SqsRecord,
  message: MessageRecord,
  letter: {
    readonly MessageBody?: string;
    readonly MessageGroupId?: string;
    readonly MessageAttributes?: Readonly<
      Record<string, { readonly DataType?: string; readonly StringValue?: string }>
    >;
  },
): Finding | undefined {
  const problem = letterProblem(record, letter.MessageBody, letter.MessageGroupId, letter.MessageAttributes ?? {});
  return problem === undefined ? undefined : findingAt("dead-letter-complete", problem, message);
}

function letterProblem(
  record: SqsRecord,
  body: string | undefined,
  group: string | undefined,
  attributes: Readonly<Record<string, { readonly DataType?: string; readonly StringValue?: string }>>,
): string | undefined {
  if (body !== record.body) return "it was dead-lettered with another body";
  if (group !== record.attributes.MessageGroupId) return "it was dead-lettered with another message group";
  for (const [name, value] of Object.entries(record.messageAttributes)) {
    if (name === FAILURE_ATTRIBUTE) continue;
    const kept = attributes[name];
    if (kept?.StringValue !== value.stringValue || kept?.DataType !== value.dataType) {
      return `it was dead-lettered without its attribute ${name}`;
    }
  }
  try {
    const reason: { error?: unknown } = JSON.parse(attributes[FAILURE_ATTRIBUTE]?.StringValue ?? "");
    return typeof reason.error === "string" && reason.error !== "" ? undefined : "the reason names no error";
  } catch {
    return "it was dead-lettered without a reason";
  }
}

/** Whether the consumer had a reason to tell, and nothing kept it from telling the dead-letter queue. */
export function failsQuietly(invocation: Invocation, message: MessageRecord): boolean {
  const fate = invocation.fates.get(message.id)?.[0];
  return fate?.kind === "retry" && fate.cause === "handler" && !wasDisturbed(invocation, 1);
}

/** SQS itself moves only messages of which the consumer could not tell why they fail. */
export function checkMove(message: MessageRecord): Finding | undefined {
  return message.failedQuietly
    ? findingAt("dead-letter-complete", "its last try failed, and SQS dead-lettered it without a reason", message)
    : undefined;
}
