import type { Clock } from "../clock/index.ts";
import { describeError, FanfareError, isFanfareError } from "../errors/index.ts";
import { ENCODING_ATTRIBUTE, OFFLOAD_ATTRIBUTE } from "../names/index.ts";
import { compress, type PayloadStore } from "../payload/index.ts";
import { withDeadline } from "../std/index.ts";
import { messageBytes, type WireMessage, writePointer } from "../wire/index.ts";
import type { PublisherSettings } from "./options.ts";
import type { Publication } from "./publication.ts";
import type { PreparedMessage } from "./send-buffer.ts";

/** Milliseconds that a payload store may take: more than those with which the one in S3 ends its own calls. */
const STORE_MS = 15_000;
const STORE_MS_PER_MIB = 1_000;

/**
 * Compresses and offloads a message as configured, and checks the size of the result.
 *
 * @param bytes size of the message as it is given
 * @throws FanfareError `MessageTooLong`; what compression and the payload store throw; the signal's reason when aborted
 */
export async function prepareMessage(
  publication: Publication,
  message: WireMessage,
  bytes: number,
  settings: Pick<PublisherSettings, "clock" | "compress" | "maxMessageBytes" | "maxPayloadBytes" | "payloads">,
  options: { readonly delaySeconds?: number; readonly signal?: AbortSignal },
): Promise<PreparedMessage> {
  const { clock, maxMessageBytes, payloads, maxPayloadBytes } = settings;
  let { body, attributes } = message;
  let size = bytes;
  if (settings.compress !== undefined) {
    body = Buffer.from(await compress(Buffer.from(body), settings.compress)).toString("base64");
    attributes = { ...attributes, [ENCODING_ATTRIBUTE]: { DataType: "String", StringValue: settings.compress } };
    size = messageBytes(body, attributes);
  }
  if (size > maxMessageBytes) {
    const payload = Buffer.from(body);
    if (payloads === undefined) {
      throw tooLong(message.id, size, maxMessageBytes, "set largePayloads on the topic, or pass the payloads option");
    }
    if (payload.byteLength > maxPayloadBytes) {
      const remedy = "raise maxPayloadBytes of the publisher and of its consumers";
      throw tooLong(message.id, payload.byteLength, maxPayloadBytes, remedy);
    }
    const store = () => offload(payloads, payload, clock, options.signal);
    body = writePointer(await publication.offloaded(payload.byteLength, store));
    attributes = {
      ...attributes,
      [OFFLOAD_ATTRIBUTE]: { DataType: "Number", StringValue: String(payload.byteLength) },
    };
    size = messageBytes(body, attributes);
    // AWS would refuse the whole call, and with it the other entries.
    if (size > maxMessageBytes) {
      throw tooLong(message.id, size, maxMessageBytes, "shorten its routing attributes, which are not offloaded");
    }
  }
  const { group, deduplicationId } = message;
  return {
    publication,
    bytes: size,
    message: { body, attributes, group, deduplicationId, delaySeconds: options.delaySeconds },
  };
}

/**
 * Stores a body. A store of the user's may hang, or throw anything.
 *
 * @throws FanfareError of the store, else `PayloadUnavailable`; the signal's reason when aborted, whatever the store throws then
 */
async function offload(payloads: PayloadStore, body: Uint8Array, clock: Clock, signal: AbortSignal | undefined) {
  const ms = STORE_MS + (body.byteLength / 1_048_576) * STORE_MS_PER_MIB;
  const late = () => unavailable(`not stored within ${Math.round(ms)} ms`);
  try {
    return await withDeadline(clock, clock.now() + ms, late, (ending) => payloads.put(body, ending), signal);
  } catch (error) {
    signal?.throwIfAborted();
    throw isFanfareError(error) ? error : unavailable(describeError(error).message, error);
  }
}

function unavailable(what: string, cause?: unknown): FanfareError {
  return new FanfareError("PayloadUnavailable", `the payload store did not take a payload: ${what.slice(0, 300)}`, {
    remedy: "publish the event again",
    cause,
  });
}

function tooLong(id: string, bytes: number, limit: number, remedy: string): FanfareError {
  return new FanfareError("MessageTooLong", `event ${id} has ${bytes} bytes`, {
    field: "body",
    limit: `${limit} bytes`,
    remedy,
  });
}
