import type { AnyContract, EventName } from "../../contract/index.ts";
import { callUser, callUserSync, FanfareError } from "../../errors/index.ts";
import type { Delivery, SqsRecord } from "../record/index.ts";
import type { Message } from "./message.ts";
import type { Wait } from "./wait.ts";

/** What a codec makes of a message. */
export interface CodecEvent<Name extends string = string> {
  readonly event: Name;
  readonly data: unknown;
  /**
   * Identity for idempotency. Give one that stays the same when the message is redriven.
   * @default the SQS message id, which a redrive changes; followed by `.0`, `.1`, ... where a message has several events
   */
  readonly id?: string;
  /** @default the ARN of the queue */
  readonly source?: string;
  /** RFC 3339. */
  readonly time?: string;
  /** @default the contract's version */
  readonly version?: number;
}

/** A message as it was published: without what SNS wrapped around it, inflated, and read from S3. */
export interface CodecMessage {
  /** The body as text: JSON, CSV, XML or anything else. */
  readonly text: string;
  /** String values of the message attributes by name; binary values as base64. */
  readonly attributes: Readonly<Record<string, string>>;
  /** The SQS record as Lambda passed it. */
  readonly record: SqsRecord;
}

/** The events of a message; `null` to ignore it (acknowledged and logged), `undefined` for one that the codec does not know. */
export type CodecResult<Name extends string = string> =
  | CodecEvent<Name>
  | readonly CodecEvent<Name>[]
  | null
  | undefined;

/**
 * Reads messages without a CloudEvents envelope: those of other publishers, of S3 notifications, of older services. It receives the
 * body's JSON (`undefined` for a body that is no JSON) and the message with the text, and may be async.
 *
 * A message with several events has one outcome: it is acknowledged when all of them are done. Those that are done are duplicates
 * when it is redelivered, which needs a store. A message that the codec does not know is dead-lettered, and so is one on which it
 * throws; a `RetryError` has it redelivered.
 */
export type Codec<C extends AnyContract> = (
  body: unknown,
  message: CodecMessage,
) => CodecResult<EventName<C>> | Promise<CodecResult<EventName<C>>>;

/** A codec for queues on which every body is the plain JSON payload of one event. */
export function plainJson<C extends AnyContract, Name extends EventName<C>>(_contract: C, name: Name): Codec<C> {
  return (data) => (data === undefined ? undefined : { event: name, data });
}

/**
 * Calls a codec. Returns the events, none for a message to be ignored, or `undefined` for one that the codec does not know.
 *
 * @throws FanfareError `CallbackFailed` when it throws or returns something else; `CallbackTimeout`
 */
export async function callCodec(
  // biome-ignore lint/suspicious/noExplicitAny: a codec's event names are checked where it is given.
  codec: Codec<any>,
  message: Message,
  delivery: Delivery,
  wait: Wait,
): Promise<readonly CodecEvent[] | undefined> {
  const given = new GivenMessage(message, delivery);
  const returned = callUser("codec", () => codec(message.json, given));
  const result: unknown = returned instanceof Promise ? await wait("codec", returned) : returned;
  // The result is the user's object: reading it may throw.
  return callUserSync("codec", () => copiedEvents(result))?.map(checkedEvent);
}

/** The fields of what a codec returned, read once. */
function copiedEvents(result: unknown): readonly unknown[] | undefined {
  if (result === undefined) {
    return undefined;
  }
  const events: readonly unknown[] = result === null ? [] : Array.isArray(result) ? result : [result];
  // Array.from, because map() skips holes.
  return Array.from(events, (given) => {
    if (typeof given !== "object" || given === null) {
      return given;
    }
    const { event, data, id, source, time, version } = given as Partial<Record<keyof CodecEvent, unknown>>;
    return { event, data, id, source, time, version };
  });
}

/** What a codec is given. Few read the attributes. */
class GivenMessage implements CodecMessage {
  readonly text: string;
  readonly record: Delivery["record"];
  readonly #message: Message;

  constructor(message: Message, { record }: Delivery) {
    this.text = message.text;
    this.record = record;
    this.#message = message;
  }

  get attributes(): Readonly<Record<string, string>> {
    return attributesOf(this.#message);
  }
}

function attributesOf(message: Message): Readonly<Record<string, string>> {
  return Object.fromEntries(
    message.attributeNames.flatMap((name) => {
      const value = message.attribute(name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** JavaScript callers may return anything. */
function checkedEvent(event: unknown): CodecEvent {
  if (typeof event === "object" && event !== null && "event" in event && typeof event.event === "string") {
    const optional = event as Partial<Record<"id" | "source" | "time" | "version", unknown>>;
    const wrong = (["id", "source", "time"] as const).find((name) => !isTextOrAbsent(optional[name]));
    if (wrong !== undefined) {
      throw wrongResult(`codec.${wrong}`, `returned an event whose ${wrong} is no text`);
    }
    if (optional.version !== undefined && typeof optional.version !== "number") {
      throw wrongResult("codec.version", "returned an event whose version is no number");
    }
    return event as CodecEvent;
  }
  throw wrongResult("codec", "returned something that is no event");
}

function isTextOrAbsent(value: unknown): boolean {
  return value === undefined || (typeof value === "string" && value !== "");
}

function wrongResult(field: string, what: string): FanfareError {
  return new FanfareError("CallbackFailed", `the codec ${what}`, {
    field,
    remedy: "return { event, data, id? }, a list of them, null to ignore the message, or undefined",
  });
}
