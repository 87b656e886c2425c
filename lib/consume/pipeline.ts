import { FanfareError } from "../errors/index.ts";
import { idempotencyKey } from "../idempotency/index.ts";
import { ENCODING_ATTRIBUTE } from "../names/index.ts";
import type { Body, PayloadPointer } from "../wire/index.ts";
import { Alarm } from "./alarm.ts";
import { Claims } from "./claims.ts";
import { Conclusions } from "./conclusions.ts";
import type { DeadLetters } from "./dead-letters.ts";
import { type DecodeSettings, fetchBody, openBody, readEvent } from "./decode.ts";
import type { ReceivedEvent } from "./event.ts";
import { EventClaims, type OnReady } from "./event-claims.ts";
import type { Fate } from "./fate.ts";
import type { AnyHandler } from "./handlers.ts";
import type { Incoming } from "./incoming.ts";
import type { Invocation } from "./invocation.ts";
import type { MaybePromise } from "./maybe-promise.ts";
import type { ConsumerSettings } from "./options.ts";
import type { Reappearances } from "./reappearances.ts";
import { HandlerCall, type HandlerOutcome, type HandlerSurroundings } from "./run-handler.ts";
import { circuitOpen, outOfTime, verdictOf } from "./verdict.ts";
import type { Claiming, Step, Work } from "./work.ts";

/** What must be known to run a pipeline. */
export interface PipelineDependencies {
  readonly settings: ConsumerSettings;
  readonly decoding: DecodeSettings;
  readonly handlerOf: (name: string) => AnyHandler | undefined;
  readonly deadLetters: DeadLetters;
  /** Sets when records come again; `undefined` where whoever is told the fates does. */
  readonly again: Reappearances | undefined;
}

/**
 * The steps that a record goes through, each a function of its own: open, fetch, identify, claim, handle, conclude. None of them
 * throws: what goes wrong becomes the record's fate and touches no other record.
 */
export class Pipeline {
  readonly #settings: ConsumerSettings;
  readonly #dependencies: PipelineDependencies;
  readonly #invocation: Invocation;
  readonly #claims: Claims | undefined;
  readonly #conclusions: Conclusions;
  readonly #decoding: DecodeSettings;
  readonly #deadline: Alarm;
  readonly #events: EventClaims;
  readonly #around: HandlerSurroundings;

  constructor(dependencies: PipelineDependencies, invocation: Invocation) {
    this.#dependencies = dependencies;
    this.#settings = dependencies.settings;
    this.#invocation = invocation;
    const { store, clock, guarantee, logger } = dependencies.settings;
    const atMostOnce = guarantee === "at-most-once";
    this.#claims = store === undefined ? undefined : new Claims(store, invocation, clock, atMostOnce);
    this.#events = new EventClaims(this.#claims);
    const { deadLetters, again } = dependencies;
    this.#conclusions = new Conclusions(this.#settings, invocation, this.#claims, deadLetters, again);
    this.#decoding = dependencies.decoding;
    this.#deadline = new Alarm(clock, invocation.deadline);
    const claimOf = ({ claimed, key }: Work) =>
      // With at-most-once the event is done already: there is nothing to complete.
      claimed && guarantee === "exactly-once" ? this.#claims?.claimOf(key) : undefined;
    this.#around = { store, claimOf, signal: invocation.signal, clock, logger };
  }

  /** Whether events are claimed at all. */
  get claims(): boolean {
    return this.#claims !== undefined;
  }

  /** Whether claims are made ahead of handling. At-most-once marks events done by claiming: only what is started may be. */
  get claimsAhead(): boolean {
    return this.#settings.guarantee !== "at-most-once";
  }

  /** Whether the body has to be inflated, and may then be a thousand times as large. */
  isCompressed(incoming: Incoming): boolean {
    return incoming.attribute(ENCODING_ATTRIBUTE) !== undefined;
  }

  /** Reads the body as far as the message itself holds it. */
  open(incoming: Incoming): MaybePromise<Step<Body>> {
    try {
      const body = openBody(incoming, this.#decoding);
      return body instanceof Promise ? body.catch(failed) : body;
    } catch (error) {
      return failed(error);
    }
  }

  /** Reads an offloaded body. */
  async fetch(incoming: Incoming, pointer: PayloadPointer): Promise<Step<Body>> {
    const { clock } = this.#settings;
    const controller = new AbortController();
    const cancel = clock.timer(Math.max(0, this.#invocation.deadline - clock.now()), () => {
      controller.abort(new FanfareError("PayloadUnavailable", "the payload did not arrive in the invocation's time"));
    });
    try {
      return await fetchBody(pointer, incoming, this.#decoding, controller.signal);
    } catch (error) {
      return failed(error);
    } finally {
      cancel();
    }
  }

  /** Makes a validated event of a body, and sorts out what is expired or ignored. */
  identify(incoming: Incoming, body: Body): MaybePromise<Step<Work>> {
    try {
      if (body.kind === "pointer") {
        throw new FanfareError("BodyMalformed", "the payload is itself a pointer", { field: "body" });
      }
      const event = readEvent(body, incoming, this.#decoding);
      return event instanceof Promise
        ? event.then((settled) => this.#identified(incoming, settled)).catch(failed)
        : this.#identified(incoming, event);
    } catch (error) {
      return failed(error);
    }
  }

  #identified(incoming: Incoming, event: ReceivedEvent | null): Step<Work> {
    if (event === null) return { fate: { kind: "ignored" } };
    incoming.event = event.info;
    if (event.info.expiresAt !== undefined && event.info.expiresAt.getTime() <= this.#settings.clock.now()) {
      return { fate: this.#expired(event) };
    }
    return { incoming, event, key: this.#keyOf(event), claimed: false };
  }

  /** Claims events; see {@link EventClaims.claim}. */
  claim(works: readonly Work[], shared = false, onReady?: OnReady): MaybePromise<readonly Claiming[]> {
    return this.#events.claim(works, shared, onReady);
  }

  /** The fate of a record that is the same event as another one of this invocation. */
  followed(first: Fate | undefined): Fate {
    const succeeded = first !== undefined && first.kind !== "retry" && first.kind !== "deadLettered";
    return succeeded ? { kind: "duplicate" } : { kind: "retry", cause: "inProgress", error: undefined };
  }

  /** Milliseconds since the epoch by which handlers must be done. */
  get deadline(): number {
    return this.#invocation.deadline;
  }

  now(): number {
    return this.#settings.clock.now();
  }

  /** Why no record may be started now, as the fate that it leads to; `undefined` when one may. */
  gate(now = this.now()): Fate | undefined {
    const { minStartMs, breaker } = this.#settings;
    if (now + minStartMs > this.#invocation.deadline) return outOfTime();
    const open = breaker?.openNow();
    return open === undefined ? undefined : circuitOpen(open.until);
  }

  /**
   * Runs the handler.
   *
   * @param ended called once, at once for a handler that answers no promise
   */
  handle(work: Work, now: number, ended: (work: Work, outcome: HandlerOutcome) => void): void {
    const { clock, recordTimeoutMs } = this.#settings;
    const handler = this.#dependencies.handlerOf(work.event.info.name);
    if (handler === undefined) {
      const error = new FanfareError("UnknownEvent", `no handler takes ${work.event.info.name}`);
      ended(work, { kind: "threw", committed: false, error });
      return;
    }
    const own = now + recordTimeoutMs;
    // Most records have the invocation's time, and share its timer.
    const alarm = own < this.#invocation.deadline ? new Alarm(clock, own) : this.#deadline;
    new HandlerCall(work, alarm, now, this.#around, ended).start(handler);
  }

  /** Writes down how the handler ended and gives the record its fate. */
  async conclude(work: Work, outcome: HandlerOutcome): Promise<Fate> {
    const fate = await this.#conclusions.conclude(work, outcome);
    this.#events.settled(work.key, fate);
    return fate;
  }

  /** The fate of a record whose handler has ended, if nothing is to be written for it. */
  concludeNow(work: Work, outcome: HandlerOutcome): Fate | undefined {
    if (outcome.kind !== "returned" || (work.claimed && !outcome.committed)) return undefined;
    this.#events.settled(work.key, DONE);
    return DONE;
  }

  /** Gives up a claimed record that is not handled now, and its claim. */
  async handBack(work: Work, fate: Fate): Promise<Fate> {
    const final = await this.#conclusions.settleFailure(work, fate);
    this.#events.settled(work.key, final);
    return final;
  }

  /** The fate of a record that never got to be claimed: dead-letters it if that is its verdict. */
  async finish(incoming: Incoming, fate: Fate): Promise<Fate> {
    return await this.#conclusions.deadLetterIfDue(incoming, fate);
  }

  /** Notes the fate of an event that was answered without being handled, for records that follow it. */
  noteUnhandled(work: Work, fate: Fate): void {
    this.#events.settled(work.key, fate);
  }

  /** All handlers have ended: what they lead to need not wait for more of them. */
  hurry(): void {
    if (this.#claims === undefined) return;
    this.#claims.hurry();
    this.#dependencies.again?.hurry();
  }

  /**
   * Resolves when nothing is under way any more: what is not written when the answer is given may never be. `undefined` without
   * claims.
   */
  settle(): Promise<void> | undefined {
    return this.#claims?.flush().then(() => this.#events.settle());
  }

  #expired(event: ReceivedEvent): Fate {
    if (this.#settings.expired === "drop") return { kind: "expired" };
    const error = new FanfareError(
      "Permanent",
      `${event.info.name} expired at ${event.info.expiresAt?.toISOString()}`,
      {
        field: "expirytime",
      },
    );
    return { kind: "deadLettered", error };
  }

  #keyOf(event: ReceivedEvent): string {
    const { consumer, idempotencyKey: custom } = this.#settings;
    if (custom === undefined) return idempotencyKey(consumer, event.info.source, event.info.id);
    const key: unknown = custom(event.info, event.data);
    if (typeof key !== "string" || key === "") {
      throw new FanfareError("SchemaMismatch", `idempotencyKey answered ${typeof key} for ${event.info.name}`, {
        field: "idempotencyKey",
        remedy: "answer a text of at least one character",
      });
    }
    return idempotencyKey(consumer, event.info.name, key);
  }
}

const DONE: Fate = { kind: "done" };

function failed(error: unknown): { readonly fate: Fate } {
  return { fate: verdictOf(error, "dependency") };
}
