import { FanfareError } from "../../errors/index.ts";
import { ENCODING_ATTRIBUTE } from "../../names/index.ts";
import { decompress, isCompression, isWithin, type PayloadLocation, type PayloadStore } from "../../payload/index.ts";
import {
  declaredPayloadBytes,
  isPointer,
  type PayloadPointer,
  readBase64,
  readPointer,
  type Unwrapped,
  unwrapBody,
} from "../../wire/index.ts";
import type { Delivery } from "../record/index.ts";

/** What reading messages needs to know of the consumer. */
export interface MessageSettings {
  readonly payloads: PayloadStore | undefined;
  readonly payloadSources: readonly PayloadLocation[];
  readonly maxPayloadBytes: number;
}

/** A message as it was published: without what SNS wrapped around it, inflated, and read from S3. */
export interface Message {
  readonly text: string;
  /** What the text says as JSON; `undefined` if it is none. */
  readonly json: unknown;
  /** The string value of a message attribute, or the base64 of a binary one, wherever it was on the way. */
  attribute(name: string): string | undefined;
  /** Names of the message attributes. */
  readonly attributeNames: readonly string[];
}

/** Takes SNS's wrapping off a message. @throws FanfareError `BodyMalformed` for a record without a body */
export function openMessage(delivery: Delivery): Message {
  const body: unknown = delivery.record?.body;
  if (typeof body !== "string") {
    throw new FanfareError("BodyMalformed", "the record has no body", { field: "body" });
  }
  return new DeliveredMessage(delivery, unwrapBody(body));
}

/** Whether the body must be inflated or read from S3, and may then be a thousand times as large. */
export function isLarge(message: Message): boolean {
  return isEncoded(message) || isPointer(message.json);
}

/**
 * Inflates a message, or follows its pointer after checking that it leads to where this consumer may read.
 *
 * @throws FanfareError with a code of a payload, or `BodyMalformed`
 */
export async function readLarge(message: Message, settings: MessageSettings, signal: AbortSignal): Promise<Message> {
  const inflated = await inflate(message, settings);
  if (!isPointer(inflated.json)) {
    return inflated;
  }
  const bytes = await fetchPayload(readPointer(inflated.json), inflated, settings, signal);
  const payload = await inflate(withText(message, decodeUtf8(bytes)), settings);
  if (isPointer(payload.json)) {
    throw new FanfareError("BodyMalformed", "the payload is itself a pointer", { field: "body" });
  }
  return payload;
}

class DeliveredMessage implements Message {
  readonly text: string;
  readonly json: unknown;
  readonly #wrapped: Unwrapped["attributes"];
  readonly #delivery: Delivery;

  constructor(delivery: Delivery, { text, json, attributes }: Unwrapped) {
    this.text = text;
    this.json = json;
    this.#wrapped = attributes;
    this.#delivery = delivery;
  }

  attribute(name: string): string | undefined {
    return this.#wrapped?.get(name) ?? this.#delivery.attribute(name) ?? this.#delivery.attribute(name, "binaryValue");
  }

  get attributeNames(): readonly string[] {
    return [...new Set([...(this.#wrapped?.keys() ?? []), ...this.#delivery.attributeNames])];
  }
}

/** A message with the same attributes. */
function withText(message: Message, text: string): Message {
  const { json, text: unwrapped } = unwrapBody(text);
  return {
    text: unwrapped,
    json,
    attribute: (name) => message.attribute(name),
    attributeNames: message.attributeNames,
  };
}

function isEncoded(message: Message): boolean {
  const encoding = message.attribute(ENCODING_ATTRIBUTE);
  // A pointer is never compressed, its payload may be; base64 cannot be mistaken for either kind of JSON.
  return encoding !== undefined && isCompression(encoding) && !/^\s*[[{]/.test(message.text);
}

async function inflate(message: Message, { maxPayloadBytes }: MessageSettings): Promise<Message> {
  const encoding = message.attribute(ENCODING_ATTRIBUTE);
  if (encoding === undefined || !isCompression(encoding) || !isEncoded(message)) {
    return message;
  }
  const inflated = await decompress(readBase64(message.text), encoding, maxPayloadBytes);
  return withText(message, decodeUtf8(inflated));
}

async function fetchPayload(
  pointer: PayloadPointer,
  message: Message,
  settings: MessageSettings,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const payloads = allowedStore(pointer, settings);
  refuseDeclaredSize(message, settings.maxPayloadBytes);
  return await payloads.get(pointer, settings.maxPayloadBytes, signal);
}

function allowedStore(pointer: PayloadPointer, { payloads, payloadSources }: MessageSettings): PayloadStore {
  if (payloads !== undefined && isWithin(payloadSources, pointer.bucket, pointer.key)) {
    return payloads;
  }
  const allowed = payloadSources.map((source) => `${source.bucket}/${source.prefix}`).join(", ");
  const given = `s3://${pointer.bucket}/${pointer.key}`.slice(0, 300);
  throw new FanfareError("PointerNotAllowed", `the message points to ${given}`, {
    field: "body",
    limit: allowed === "" ? "no location is allowed" : allowed,
    remedy: "if the location is right, turn on largePayloads of the topic or add it to payloadSources, then redrive",
  });
}

function refuseDeclaredSize(message: Message, maxPayloadBytes: number): void {
  const declared = declaredPayloadBytes((name) => message.attribute(name));
  if (declared !== undefined && declared > maxPayloadBytes) {
    throw new FanfareError("PayloadTooLarge", `the payload is declared to have ${declared} bytes`, {
      field: "body",
      limit: `${maxPayloadBytes} bytes`,
      remedy: "raise maxPayloadBytes of this consumer and give its function the memory, then redrive",
    });
  }
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new FanfareError("PayloadCorrupted", "the payload is not UTF-8", { field: "body" });
  }
}
