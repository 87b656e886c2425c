import {
  type AnyContract,
  type ConsumeOptions,
  consume,
  type EventInfo,
  isFanfareError,
  type Observer,
  type Outcome,
  type PayloadStore,
  type SqsRecord,
  type Step,
} from "../../../../lib/index.ts";
import { recording } from "../recording-sqs.ts";
import { context, contract, DEAD_LETTER_QUEUES, ids, type Orders, offline, record } from "../support.ts";

/** What reaches a handler. */
interface Handled {
  readonly data: unknown;
  readonly event: EventInfo;
}

/** What became of messages. */
export interface Received {
  /** Ids of the messages that are redelivered. */
  readonly failed: readonly string[];
  readonly handled: readonly Handled[];
  /** In the order in which they were settled. */
  readonly outcomes: readonly object[];
  readonly steps: readonly Step[];
}

/** Options of a consumer that needs nothing outside, can send dead letters, and whose steps are kept. */
function observed(more: ConsumeOptions<Orders>) {
  const steps: Step[] = [];
  const observer: Observer = {
    name: "steps",
    steps: ["fetched", "decoded", "settled"],
    onStep: (step) => void steps.push(step),
  };
  const { client: sqs } = recording();
  const options = offline({ deadLetterQueues: DEAD_LETTER_QUEUES, clients: { sqs }, observers: [observer], ...more });
  return { steps, options };
}

/** Delivers messages of the contract to a consumer that notes what it handles. */
export async function receive(records: readonly SqsRecord[], more: ConsumeOptions<Orders> = {}): Promise<Received> {
  const handled: Handled[] = [];
  const note = (data: unknown, { event }: { event: EventInfo }) => void handled.push({ data, event });
  const { steps, options } = observed(more);
  const answer = await consume(contract, { Placed: note, Paid: note }, options)({ Records: records }, context());
  return { failed: ids(answer), handled, outcomes: outcomesIn(steps), steps };
}

/** Delivers messages to a consumer that handles some events of any contract. */
export async function receiveBy(
  other: AnyContract,
  names: readonly string[],
  records: readonly SqsRecord[],
  more: Omit<ConsumeOptions<Orders>, "codec"> = {},
): Promise<Received> {
  const handled: Handled[] = [];
  const note = (data: unknown, { event }: { event: EventInfo }) => void handled.push({ data, event });
  const { steps, options } = observed(more);
  const { codec: _, ...rest } = options;
  const handlers = Object.fromEntries(names.map((name) => [name, note]));
  const answer = await consume<AnyContract>(other, handlers, rest)({ Records: records }, context());
  return { failed: ids(answer), handled, outcomes: outcomesIn(steps), steps };
}

/** Delivers one body with string attributes. */
export function receiveBody(
  body: unknown,
  attributes: Readonly<Record<string, string>> = {},
  more: ConsumeOptions<Orders> = {},
): Promise<Received> {
  return receive([record(body, { messageAttributes: stringAttributes(attributes) })], more);
}

export function stringAttributes(values: Readonly<Record<string, string>>): SqsRecord["messageAttributes"] {
  return Object.fromEntries(
    Object.entries(values).map(([name, stringValue]) => [name, { dataType: "String", stringValue }]),
  );
}

function outcomesIn(steps: readonly Step[]): object[] {
  return steps.flatMap((step) => (step.type === "settled" ? [described(step.outcome)] : []));
}

/** An outcome with all that its error says. */
function described(outcome: Outcome): object {
  const { error, ...rest } = { error: undefined, ...outcome };
  if (!isFanfareError(error)) {
    return { ...rest, error };
  }
  const { code, summary, field, limit, remedy } = error;
  return { ...rest, code, summary, field, limit, remedy };
}

/** The body of a message as SNS wraps it. */
export function notification(message: unknown, attributes: Readonly<Record<string, string>> = {}): object {
  return {
    Type: "Notification",
    TopicArn: "arn:aws:sns:eu-central-1:123456789012:orders",
    Message: typeof message === "string" ? message : JSON.stringify(message),
    MessageAttributes: Object.fromEntries(
      Object.entries(attributes).map(([name, Value]) => [name, { Type: "String", Value }]),
    ),
  };
}

/** The body of a message whose payload is elsewhere. */
export function pointer(s3Key: string, s3BucketName = "bucket"): object {
  return ["software.amazon.payloadoffloading.PayloadS3Pointer", { s3BucketName, s3Key }];
}

/** Payloads by their keys, and the calls that were made for them. */
export function payloadsOf(byKey: Readonly<Record<string, string | Uint8Array>>) {
  const calls: { readonly at: string; readonly maxBytes: number; readonly signal: AbortSignal | undefined }[] = [];
  const payloads: PayloadStore = {
    put: () => Promise.reject(new Error("consumers write nothing")),
    get: async ({ bucket, key }, maxBytes, signal) => {
      calls.push({ at: `${bucket}/${key}`, maxBytes, signal });
      const found = byKey[key];
      if (found === undefined) {
        throw new Error(`there is no ${key}`);
      }
      return typeof found === "string" ? new TextEncoder().encode(found) : found;
    },
  };
  return { calls, options: { payloads, payloadSources: "bucket" } };
}
