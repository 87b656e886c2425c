import {
  type BatchItem,
  type Claim,
  type ClaimRequest,
  type Codec,
  type ConsumeOptions,
  consume,
  consumeBatch,
  type HandlerContext,
  type ReleaseRequest,
  type SqsConsumer,
  type SqsRecord,
  type StartRequest,
} from "../../../../lib/index.ts";
import { FakeClock } from "../../../support/fake-clock.ts";
import { recording } from "../recording-sqs.ts";
import { context, contract, ids, MemoryStore, type Orders, offline, record } from "../support.ts";

const keyOf = (id: string) => `billing#%2Fshop#orders.Placed#${id}`;
const idsOf = (claims: readonly Claim[]) => claims.map(({ key }) => key.slice(key.lastIndexOf("#") + 1)).join(" ");

/** Milliseconds that anything waits for others. */
export const LINGER_MS = 100;

/** Milliseconds of real time after which a test fails because something does not happen: many, for a machine that is busy. */
const GIVE_UP_MS = 20_000;

/** A message whose body names its events, separated by spaces; of a FIFO queue if it has a group. */
export function message(events: string, group?: string): SqsRecord {
  return record(events, group === undefined ? {} : { group });
}

/** An invocation that was begun. */
export interface Begun {
  /** The places of the messages that are redelivered; `undefined` until the invocation has ended. */
  failed: readonly number[] | undefined;
}

/**
 * A consumer with a store, on a clock that stands still: an invocation ends only if nothing in it lingers. The log has what
 * happened, in order: `claim a b`, `start a`, `handle a`, `complete a b`, `release a`.
 */
export class World {
  readonly clock = new FakeClock();
  readonly log: string[] = [];
  readonly store = new LoggedStore((call) => this.#happens(call));
  /** Messages that were decoded. */
  readonly decoded: string[] = [];
  /** Events whose handler fails. */
  readonly failing = new Set<string>();
  /** How many starts of an event's handler the store knew of when it was called last. */
  readonly startsKnown: Record<string, number | undefined> = {};
  readonly #sqs = recording();
  readonly #held = new Map<string, Promise<void>>();

  /** Keeps calls such as `complete a` or `handle a b` open. Returns what lets them go on. */
  hold(call: string): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#held.set(call, promise);
    return () => {
      this.#held.delete(call);
      resolve();
    };
  }

  /** An earlier worker has disappeared with an event. */
  interrupt(...events: readonly string[]): void {
    for (const id of events) {
      this.store.items.set(keyOf(id), { owner: "gone", done: false, lapsed: true });
    }
  }

  /** The handler of an event was started before, and failed. */
  release(id: string, tries: number): void {
    this.store.items.set(keyOf(id), { owner: "", done: false, tries, state: "released", lapsed: true });
  }

  /** An event was done before. */
  finish(id: string): void {
    this.store.items.set(keyOf(id), { owner: "another", done: true });
  }

  /** Whether an event is done; `undefined` where the store knows nothing of it. */
  isDone(id: string): boolean | undefined {
    return this.store.items.get(keyOf(id))?.done;
  }

  /** Invokes a consumer, and returns when nothing goes on without time. */
  async consume(records: readonly SqsRecord[], options: ConsumeOptions<Orders> = {}): Promise<Begun> {
    const handler = async (_data: unknown, { event }: HandlerContext) => {
      await this.#handles([event.id]);
      if (this.failing.has(event.id)) {
        throw new Error("no");
      }
    };
    return await this.#invoke(consume(contract, { Placed: handler }, this.#options(options)), records);
  }

  /** Invokes a consumer with a batch handler, and returns when nothing goes on without time. */
  async consumeBatch(records: readonly SqsRecord[], options: ConsumeOptions<Orders> = {}): Promise<Begun> {
    const handler = async (items: readonly BatchItem<Orders>[]) => {
      await this.#handles(items.map(({ event }) => event.id));
      for (const item of items.filter(({ event }) => this.failing.has(event.id))) {
        item.fail(new Error("no"));
      }
    };
    return await this.#invoke(consumeBatch(contract, handler, this.#options(options)), records);
  }

  /** Resolves when an invocation has ended, with time for what waits for others to share a call with, and for nothing else. */
  async end(begun: Begun): Promise<void> {
    await this.until("the end of the invocation", () => begun.failed !== undefined, LINGER_MS);
  }

  /** Resolves when something has happened that takes the runtime some turns. Time moves only to timers that are near. */
  async until(what: string, condition: () => boolean, maxTimerMs = -1): Promise<void> {
    const giveUpAt = performance.now() + GIVE_UP_MS;
    while (!condition()) {
      if (performance.now() > giveUpAt) {
        throw new Error(`${what} did not happen`);
      }
      const ms = this.clock.nextTimerIn ?? 0;
      await this.clock.advance(ms <= maxTimerMs ? ms : 0);
    }
  }

  /** Calls of the handler. */
  get handled(): string[] {
    return this.log.filter((call) => call.startsWith("handle"));
  }

  /** Why messages were dead-lettered. */
  get reasons(): readonly Record<string, unknown>[] {
    return this.#sqs
      .entries()
      .map(({ MessageAttributes }) => JSON.parse(MessageAttributes.fanfareFailure?.StringValue ?? "{}"));
  }

  #options(options: ConsumeOptions<Orders>): ConsumeOptions<Orders> {
    const codec: Codec<Orders> = (_body, { text }) => {
      this.decoded.push(text);
      return text.split(" ").map((id) => {
        const data = id === "bad" ? {} : { n: 1 };
        return { event: "Placed" as const, id, source: "/shop", data };
      });
    };
    const clients = { sqs: this.#sqs.client };
    return { ...offline(), clock: this.clock, store: this.store, clients, codec, ...options };
  }

  async #invoke(consumer: SqsConsumer, records: readonly SqsRecord[]): Promise<Begun> {
    const begun: Begun = { failed: undefined };
    const placeOf = (id: string) => records.findIndex(({ messageId }) => messageId === id);
    void consumer({ Records: [...records] }, context()).then((answer) => {
      begun.failed = ids(answer).map(placeOf);
    });
    await this.clock.settle();
    return begun;
  }

  async #handles(events: readonly string[]): Promise<void> {
    for (const id of events) {
      this.startsKnown[id] = this.store.items.get(keyOf(id))?.tries;
    }
    await this.#happens(`handle ${events.join(" ")}`);
  }

  async #happens(call: string): Promise<void> {
    this.log.push(call);
    await this.#held.get(call);
  }
}

/** A store that tells each call before it answers. */
class LoggedStore extends MemoryStore {
  readonly #tell: (call: string) => Promise<void>;

  constructor(tell: (call: string) => Promise<void>) {
    super();
    this.#tell = tell;
  }

  override async claim(requests: readonly ClaimRequest[]) {
    await this.#tell(`claim ${idsOf(requests)}`);
    return await super.claim(requests);
  }

  override async start(starts: readonly StartRequest[]) {
    await this.#tell(`start ${idsOf(starts)}`);
    return await super.start(starts);
  }

  override async complete(claims: readonly Claim[]) {
    await this.#tell(`complete ${idsOf(claims)}`);
    return await super.complete(claims);
  }

  override async release(claims: readonly ReleaseRequest[]) {
    await this.#tell(`release ${idsOf(claims)}`);
    return await super.release(claims);
  }
}
