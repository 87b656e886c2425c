import type { Clock } from "../../clock/index.ts";
import { FanfareError } from "../../errors/index.ts";
import { idempotencyKey } from "../../idempotency/index.ts";
import { withDeadline } from "../../std/index.ts";
import type { PayloadPointer } from "../../wire/index.ts";
import {
  classify,
  type Decoded,
  type Delivery,
  type Ended,
  type EventInfo,
  endedEarly,
  type Outcome,
} from "../record/index.ts";
import { type BodySettings, fetchBody, isCompressed, openBody } from "./body.ts";
import { type EventSettings, readEvent, type ValidEvent } from "./read-event.ts";

/** What decoding needs to know of the consumer. */
export interface DecodeSettings extends BodySettings, EventSettings {
  /** The consumer's name, the first part of idempotency keys. */
  readonly consumer: string;
  readonly idempotencyKey: ((event: EventInfo, data: unknown) => string) | undefined;
  /** What becomes of an event past its expiry time. */
  readonly expired: "drop" | "dead-letter";
  readonly clock: Clock;
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

  /** @param deadline by when payloads must have been fetched, in milliseconds since the Unix epoch */
  constructor(settings: DecodeSettings, deadline: () => number) {
    this.#settings = settings;
    this.#deadline = deadline;
  }

  async decode(delivery: Delivery, admit: Admit = ALWAYS): Promise<Decoded | Ended> {
    try {
      if (isCompressed(delivery)) {
        const stopped = await admit();
        if (stopped !== undefined) {
          return endedEarly(delivery, stopped);
        }
      }
      const opened = openBody(delivery, this.#settings);
      const body = opened instanceof Promise ? await opened : opened;
      if (body.kind === "pointer") {
        const stopped = await admit();
        if (stopped !== undefined) {
          return endedEarly(delivery, stopped);
        }
      }
      const json = body.kind === "pointer" ? await this.#fetch(body.pointer, delivery) : body.value;
      const event = await readEvent(json, delivery, this.#settings);
      return event === undefined ? endedEarly(delivery, { kind: "ignored" }) : this.#identify(delivery, event);
    } catch (error) {
      return endedEarly(delivery, classify(error, "dependency"));
    }
  }

  async #fetch(pointer: PayloadPointer, delivery: Delivery): Promise<unknown> {
    return await withDeadline(this.#settings.clock, this.#deadline(), payloadTooLate, (signal) =>
      fetchBody(pointer, delivery, this.#settings, signal),
    );
  }

  #identify(delivery: Delivery, { info, data }: ValidEvent): Decoded | Ended {
    const { clock, expired } = this.#settings;
    if (info.expiresAt !== undefined && info.expiresAt.getTime() <= clock.now()) {
      const outcome = expired === "drop" ? ({ kind: "expired" } as const) : classify(expiredError(info), "handler");
      return endedEarly(delivery, outcome, info);
    }
    try {
      return { kind: "decoded", delivery, event: { info, data, key: this.#keyOf(info, data) } };
    } catch (error) {
      return endedEarly(delivery, classify(error, "dependency"), info);
    }
  }

  #keyOf(info: EventInfo, data: unknown): string {
    const { consumer, idempotencyKey: custom } = this.#settings;
    if (custom === undefined) {
      return idempotencyKey(consumer, info.source, info.id);
    }
    const key: unknown = custom(info, data);
    if (typeof key === "string" && key !== "") {
      return idempotencyKey(consumer, info.name, key);
    }
    throw new FanfareError("SchemaMismatch", `idempotencyKey returned ${typeof key} for ${info.name}`, {
      field: "idempotencyKey",
      remedy: "return a string of at least one character",
    });
  }
}

function payloadTooLate(): FanfareError {
  return new FanfareError("PayloadUnavailable", "the payload did not arrive in the invocation's time");
}

function expiredError(info: EventInfo): FanfareError {
  return new FanfareError("Permanent", `${info.name} expired at ${info.expiresAt?.toISOString()}`, {
    field: "expirytime",
  });
}
