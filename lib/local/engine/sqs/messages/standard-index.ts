import { IndexedHeap, Queue } from "../../../../std/index.ts";
import { NOISY_MINIMUM_IN_FLIGHT, NOISY_SHARE } from "../limits.ts";
import type { StoredMessage } from "./message.ts";
import type { MessageIndex } from "./message-index.ts";

/** How far a shuffled receive looks ahead for the message to hand out. */
const SHUFFLE_WINDOW = 16;

/** A message's place in a line: out of date once the message has left, or has got a later position. */
interface Place {
  readonly message: StoredMessage;
  readonly position: number;
}

/** The ready messages of one tenant, oldest availability first. May hold places that are out of date. */
interface Line {
  readonly tenant: string | undefined;
  readonly places: Queue<Place>;
  /** Position of the first message when the line was put among the heads. */
  head: number;
}

/**
 * Standard queues: messages in the order in which they became available, and fair among tenants.
 *
 * The model of fair queues ("How Amazon SQS fair queues work"): a tenant, which is a message group id, is noisy while
 * it has more than 10% of the queue's messages in flight and at least 30 of its own. Messages of other tenants go
 * first; among noisy tenants the one with the fewest messages in flight. Messages without a group are never noisy.
 * AWS's second measure, the share of processing time, is not modelled.
 */
export class StandardIndex implements MessageIndex {
  readonly #lines = new Map<string | undefined, Line>();
  readonly #heads = new IndexedHeap<Line>((left, right) => left.head - right.head);
  readonly #tenantsInFlight = new Map<string, number>();
  readonly #random: (() => number) | undefined;
  #inFlight = 0;

  /** With `random`, messages are handed out in a shuffled order, as a distributed queue may. */
  constructor(random?: () => number) {
    this.#random = random;
  }

  entered(message: StoredMessage): void {
    if (message.state === "ready") {
      this.released(message);
    }
  }

  released(message: StoredMessage): void {
    let line = this.#lines.get(message.groupId);
    if (line === undefined) {
      line = { tenant: message.groupId, places: new Queue(), head: message.position };
      this.#lines.set(message.groupId, line);
      this.#heads.push(line);
    }
    line.places.push({ message, position: message.position });
  }

  taken(message: StoredMessage): void {
    this.#count(message, 1);
  }

  landed(message: StoredMessage): void {
    this.#count(message, -1);
  }

  left(_message: StoredMessage): void {
    // Lines skip what has left when they come to it.
  }

  select(limit: number, accept: (message: StoredMessage) => boolean): void {
    let remaining = limit;
    const noisy: Line[] = [];
    while (remaining > 0) {
      const line = this.#heads.pop();
      if (line === undefined) {
        break;
      }
      if (this.#isNoisy(line.tenant)) {
        // At most nine tenants can each have more than a tenth: this list stays short.
        noisy.push(line);
      } else {
        remaining -= this.#offer(line, accept);
        this.#restore(line);
      }
    }
    while (remaining > 0 && noisy.length > 0) {
      noisy.sort(
        (left, right) => this.#inFlightOf(left.tenant) - this.#inFlightOf(right.tenant) || left.head - right.head,
      );
      const line = noisy[0];
      if (line === undefined) {
        break;
      }
      remaining -= this.#offer(line, accept);
      if (firstLive(line) === undefined) {
        noisy.shift();
        this.#restore(line);
      }
    }
    for (const line of noisy) {
      this.#restore(line);
    }
  }

  peek(): StoredMessage | undefined {
    for (let line = this.#heads.peek(); line !== undefined; line = this.#heads.peek()) {
      const first = firstLive(line);
      if (first !== undefined) {
        return first;
      }
      this.#heads.pop();
      this.#lines.delete(line.tenant);
    }
    return undefined;
  }

  clear(): void {
    this.#lines.clear();
    this.#heads.clear();
    this.#tenantsInFlight.clear();
    this.#inFlight = 0;
  }

  /** 1 when a message of the line was accepted. */
  #offer(line: Line, accept: (message: StoredMessage) => boolean): number {
    this.#shuffle(line);
    const message = firstLive(line);
    if (message === undefined) {
      return 0;
    }
    line.places.shift();
    return accept(message) ? 1 : 0;
  }

  /** Puts a line that was taken out back among the heads, or drops it when nothing is left of it. */
  #restore(line: Line): void {
    const first = firstLive(line);
    if (first === undefined) {
      this.#lines.delete(line.tenant);
    } else {
      line.head = first.position;
      this.#heads.push(line);
    }
  }

  #shuffle(line: Line): void {
    if (this.#random !== undefined) {
      line.places.swap(0, Math.floor(this.#random() * Math.min(SHUFFLE_WINDOW, line.places.length)));
    }
  }

  #isNoisy(tenant: string | undefined): boolean {
    const own = this.#inFlightOf(tenant);
    return own >= NOISY_MINIMUM_IN_FLIGHT && own > NOISY_SHARE * this.#inFlight;
  }

  #inFlightOf(tenant: string | undefined): number {
    return tenant === undefined ? 0 : (this.#tenantsInFlight.get(tenant) ?? 0);
  }

  #count(message: StoredMessage, change: number): void {
    this.#inFlight += change;
    if (message.groupId !== undefined) {
      const count = this.#inFlightOf(message.groupId) + change;
      if (count === 0) {
        this.#tenantsInFlight.delete(message.groupId);
      } else {
        this.#tenantsInFlight.set(message.groupId, count);
      }
    }
  }
}

/** The first message of the line that is still there; drops the places that are out of date. */
function firstLive(line: Line): StoredMessage | undefined {
  for (;;) {
    const place = line.places.at(0);
    if (place === undefined) {
      return undefined;
    }
    const { message, position } = place;
    if (message.state === "ready" && message.position === position) {
      return message;
    }
    line.places.shift();
  }
}
