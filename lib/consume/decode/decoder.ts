import type { Clock } from "../../clock/index.ts";
import { callbackTimeout, callUserSync, FanfareError } from "../../errors/index.ts";
import type { Hook } from "../../hook/index.ts";
import { EventKeys, idempotencyKey } from "../../idempotency/index.ts";
import { withDeadline } from "../../std/index.ts";
import { isPointer, parseJson, readEnvelope } from "../../wire/index.ts";
import {
  classify,
  type Decoded,
  Delivery,
  type Ended,
  type EventInfo,
  endedEarly,
  type Outcome,
  type Several,
} from "../record/index.ts";
import { type Codec, type CodecEvent, callCodec } from "./codec.ts";
import { isLarge, type Message, type MessageSettings, openMessage, readLarge } from "./message.ts";
import {
  type EventSettings,
  infoOfEnvelope,
  infoOfForeign,
  isEnveloped,
  readEnveloped,
  readForeign,
  unknownEvent,
  type ValidEvent,
} from "./read-event.ts";
import type { Wait } from "./wait.ts";

/** What decoding needs to know of the consumer. */
export interface DecodeSettings extends MessageSettings, EventSettings {
  // biome-ignore lint/suspicious/noExplicitAny: a codec's event names are checked where it is given.
  readonly codec: Codec<any> | undefined;
  /** The consumer's name, the first part of idempotency keys. */
  readonly consumer: string;
  readonly idempotencyKey: ((event: EventInfo, data: unknown) => string) | undefined;
  /** Milliseconds that an async schema or codec may take, as a handler may. */
  readonly recordTimeoutMs: number;
  /** What becomes of an event past its expiry time. */
  readonly expired: "drop" | "dead-letter";
  readonly clock: Clock;
  readonly hook: Hook | undefined;
}

/**
 * Called before what is done only for a delivery whose handler starts next, such as fetching its payload into memory; once or more.
 * An outcome ends the delivery instead.
 */
export type Admit = () => Promise<Outcome | undefined>;

const ALWAYS: Admit = async () => undefined;

/** Decodes deliveries: open the body, fetch an offloaded payload, unwrap and validate the event. Never throws. */
export class Decoder {
  readonly #settings: DecodeSettings;
  readonly #deadline: () => number;
  readonly #keys: EventKeys;

  /** @param deadline by when payloads must have been fetched, in milliseconds since the Unix epoch */
  constructor(settings: DecodeSettings, deadline: () => number) {
    this.#settings = settings;
    this.#deadline = deadline;
    this.#keys = new EventKeys(settings.consumer);
  }

  async decode(delivery: Delivery, admit: Admit = ALWAYS): Promise<Decoded | Several | Ended> {
    let event: EventInfo | undefined;
    try {
      let message = openMessage(delivery);
      if (isLarge(message)) {
        const stopped = await admit();
        if (stopped !== undefined) {
          return endedEarly(delivery, stopped);
        }
        message = await this.#read(message, delivery);
      }
      const { codec } = this.#settings;
      if (!isEnveloped(message.json) && codec !== undefined) {
        return await this.#readForeign(await callCodec(codec, message, delivery, this.#wait), delivery, message);
      }
      const envelope = readEnvelope(jsonOf(message));
      event = infoOfEnvelope(envelope, this.#settings);
      const read = readEnveloped(envelope, event, this.#settings, this.#wait);
      return this.#identify(delivery, read instanceof Promise ? await read : read);
    } catch (error) {
      return endedEarly(delivery, classify(error, "dependency"), event);
    }
  }

  /** An async function of the user has half of the time that is left: the other half is for the deliveries that wait behind it. */
  readonly #wait: Wait = (callback, pending) => {
    const { clock, recordTimeoutMs } = this.#settings;
    const now = clock.now();
    const ms = Math.min(recordTimeoutMs, Math.max(0, this.#deadline() - now) / 2);
    return withDeadline(
      clock,
      now + ms,
      () => callbackTimeout(callback, ms),
      () => pending,
    );
  };

  async #read(message: Message, delivery: Delivery): Promise<Message> {
    const { clock, hook } = this.#settings;
    const read = () =>
      withDeadline(clock, this.#deadline(), payloadTooLate, (signal) => readLarge(message, this.#settings, signal));
    if (hook?.tells("fetched") !== true || !isPointer(message.json)) {
      return await read();
    }
    return await hook.timed(read, ({ at, durationMs, result, error }) => {
      const bytes = result && Buffer.byteLength(result.text);
      return { type: "fetched", at, durationMs, delivery, bytes, error };
    });
  }

  async #readForeign(
    events: readonly CodecEvent[] | undefined,
    delivery: Delivery,
    message: Message,
  ): Promise<Decoded | Several | Ended> {
    if (events === undefined) {
      const what = message.json === undefined ? "a body that is no JSON" : "a body without an envelope";
      throw unknownEvent(what, this.#settings);
    }
    const [only] = events;
    if (only === undefined) {
      return endedEarly(delivery, { kind: "ignored" });
    }
    if (events.length === 1) {
      return await this.#readOne(only, delivery, "");
    }
    const parts = events.map((event, index) =>
      this.#readOne(event, new Delivery(delivery.record, delivery.invocation, delivery), `.${index}`),
    );
    return { kind: "several", delivery, parts: await Promise.all(parts) };
  }

  /** One event of a codec. Of several, what is wrong with it fails the message, but not the events beside it. */
  async #readOne(given: CodecEvent, delivery: Delivery, suffix: string): Promise<Decoded | Ended> {
    const event = infoOfForeign(given, delivery, suffix, this.#settings);
    try {
      return this.#identify(delivery, await readForeign(given, event, this.#settings, this.#wait));
    } catch (error) {
      return endedEarly(delivery, classify(error, "dependency"), event);
    }
  }

  #identify(delivery: Delivery, { info, data, digest }: ValidEvent): Decoded | Ended {
    const { clock, expired } = this.#settings;
    if (info.expiresAt !== undefined && info.expiresAt.getTime() <= clock.now()) {
      const outcome = expired === "drop" ? ({ kind: "expired" } as const) : classify(expiredError(info), "handler");
      return endedEarly(delivery, outcome, info);
    }
    try {
      return { kind: "decoded", delivery, event: { info, data, digest, key: this.#keyOf(info, data) } };
    } catch (error) {
      return endedEarly(delivery, classify(error, "dependency"), info);
    }
  }

  #keyOf(info: EventInfo, data: unknown): string {
    const { consumer, idempotencyKey: custom } = this.#settings;
    if (custom === undefined) {
      return this.#keys.of(info.source, info.type, info.id);
    }
    const key: unknown = callUserSync("idempotencyKey", () => custom(info, data));
    if (typeof key === "string" && key !== "") {
      return idempotencyKey(consumer, info.name, key);
    }
    const returned = key === "" ? "an empty string" : `a value of the type ${typeof key}`;
    throw new FanfareError("CallbackFailed", `idempotencyKey returned ${returned} for ${info.name}`, {
      field: "idempotencyKey",
      remedy: "return a string of at least one character",
    });
  }
}

/** @throws FanfareError `BodyMalformed` for a body that is no JSON */
function jsonOf({ text, json }: Message): unknown {
  return json === undefined ? parseJson(text, "body") : json;
}

function payloadTooLate(): FanfareError {
  return new FanfareError("PayloadUnavailable", "the payload did not arrive in the invocation's time");
}

function expiredError(info: EventInfo): FanfareError {
  return new FanfareError("Permanent", `${info.name} expired at ${info.expiresAt?.toISOString()}`, {
    field: "expirytime",
  });
}
