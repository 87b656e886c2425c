import { FanfareError } from "../../errors/index.ts";
import { ENCODING_ATTRIBUTE } from "../../names/index.ts";
import { decompress, isCompression, isWithin, type PayloadLocation, type PayloadStore } from "../../payload/index.ts";
import { type Body, declaredPayloadBytes, type PayloadPointer, readBase64, readBody } from "../../wire/index.ts";
import type { Delivery } from "../record/index.ts";

/** What reading bodies needs to know of the consumer. */
export interface BodySettings {
  readonly payloads: PayloadStore | undefined;
  readonly payloadSources: readonly PayloadLocation[];
  readonly maxPayloadBytes: number;
}

/** Whether the body must be inflated, and may then be a thousand times as large. */
export function isCompressed(delivery: Delivery): boolean {
  return delivery.attribute(ENCODING_ATTRIBUTE) !== undefined;
}

/** Reads a message's body: JSON, or a pointer still to be followed. */
export function openBody(delivery: Delivery, settings: BodySettings): Body | Promise<Body> {
  const body: unknown = delivery.record?.body;
  if (typeof body !== "string") {
    throw new FanfareError("BodyMalformed", "the record has no body", { field: "body" });
  }
  return readEncoded(body, delivery, settings);
}

/** Follows a pointer, after checking that it leads to where this consumer may read. Returns the payload's JSON. */
export async function fetchBody(
  pointer: PayloadPointer,
  delivery: Delivery,
  settings: BodySettings,
  signal: AbortSignal,
): Promise<unknown> {
  const payloads = allowedStore(pointer, settings);
  refuseDeclaredSize(delivery, settings.maxPayloadBytes);
  const bytes = await payloads.get(pointer, settings.maxPayloadBytes, signal);
  const body = await readEncoded(decodeUtf8(bytes), delivery, settings);
  if (body.kind === "json") {
    return body.value;
  }
  throw new FanfareError("BodyMalformed", "the payload is itself a pointer", { field: "body" });
}

function allowedStore(pointer: PayloadPointer, { payloads, payloadSources }: BodySettings): PayloadStore {
  if (payloads !== undefined && isWithin(payloadSources, pointer.bucket, pointer.key)) {
    return payloads;
  }
  const allowed = payloadSources.map((source) => `${source.bucket}/${source.prefix}`).join(", ");
  throw new FanfareError("PointerNotAllowed", `the message points to s3://${pointer.bucket}/${pointer.key}`, {
    field: "body",
    limit: allowed === "" ? "no location is allowed" : allowed,
    remedy: "if the location is right, turn on largePayloads of the topic or add it to payloadSources, then redrive",
  });
}

function refuseDeclaredSize(delivery: Delivery, maxPayloadBytes: number): void {
  const declared = declaredPayloadBytes((name) => delivery.attribute(name));
  if (declared !== undefined && declared > maxPayloadBytes) {
    throw new FanfareError("PayloadTooLarge", `the payload is declared to have ${declared} bytes`, {
      field: "body",
      limit: `${maxPayloadBytes} bytes`,
      remedy: "raise maxPayloadBytes of this consumer and give its function the memory, then redrive",
    });
  }
}

function readEncoded(text: string, delivery: Delivery, settings: BodySettings): Body | Promise<Body> {
  const encoding = delivery.attribute(ENCODING_ATTRIBUTE);
  // A pointer is never compressed, its payload may be; base64 cannot be mistaken for either kind of JSON.
  if (encoding === undefined || !isCompression(encoding) || /^\s*[[{]/.test(text)) {
    return readBody(text);
  }
  return decompress(readBase64(text), encoding, settings.maxPayloadBytes).then((inflated) =>
    readBody(decodeUtf8(inflated)),
  );
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new FanfareError("PayloadCorrupted", "the payload is not UTF-8", { field: "body" });
  }
}
