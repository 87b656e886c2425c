import { createHash } from "node:crypto";
import { encodedKeyPart as encoded, HASHED_CONSUMER_CHARACTERS } from "../names/index.ts";

/** Maximum size of a key, in bytes. DynamoDB allows 2,048 (Developer Guide, "Quotas"); a shorter key stays readable. */
const MAX_KEY_BYTES = 512;

/**
 * The key of an event for one consumer: its source, type and id. The parts are encoded so that different parts never make the same
 * key. A long key is replaced by its SHA-256.
 */
export function idempotencyKey(consumer: string, ...parts: readonly string[]): string {
  const key = [consumer, ...parts].map(encoded).join("#");
  // An encoded key is ASCII: one byte per character.
  if (key.length <= MAX_KEY_BYTES) {
    return key;
  }
  // No encoded part contains a colon, so no readable key equals a hashed one.
  return `${encoded(consumer).slice(0, HASHED_CONSUMER_CHARACTERS)}#sha256:${createHash("sha256").update(key).digest("hex")}`;
}

/** The keys of one consumer's events. Source and type are the same from event to event: they are encoded once. */
export class EventKeys {
  readonly #consumer: string;
  #source: string | undefined;
  #type: string | undefined;
  #prefix = "";

  constructor(consumer: string) {
    this.#consumer = consumer;
  }

  /** The same as {@link idempotencyKey} of the consumer, source, type and id. */
  of(source: string, type: string, id: string): string {
    if (source !== this.#source || type !== this.#type) {
      this.#source = source;
      this.#type = type;
      this.#prefix = [this.#consumer, source, type].map(encoded).join("#");
    }
    const key = `${this.#prefix}#${encoded(id)}`;
    return key.length <= MAX_KEY_BYTES ? key : idempotencyKey(this.#consumer, source, type, id);
  }
}
