import type { Item } from "../clients/index.ts";
import { type Book, short } from "./book.ts";
import { IDEMPOTENCY_TABLE } from "./deployment.ts";
import type { Case, Invocation } from "./entities.ts";
import type { CircuitView } from "./rules/circuit-rules.ts";
import { checkCommit } from "./rules/handler-rules.ts";
import type { StoreView } from "./rules/outcome-rules.ts";
import { checkRecordChange } from "./rules/store-rules.ts";
import type { Worker } from "./worker.ts";

/** The call that is having its effect. */
export interface Writing {
  readonly invocations: readonly Invocation[];
  readonly worker: Worker;
  readonly operation: string;
}

/** Keys of circuits in the idempotency table. */
const CIRCUIT = "circuit#";

/** Observes how the records of the idempotency table change, and who changes them. */
export class StoreWatch {
  readonly #book: Book;
  /** The invocation of each owner token, which begins with a claim. */
  readonly #owners = new Map<string, Invocation>();
  /** By subscriber: who changed the state of the circuit last, and when. */
  readonly #circuits = new Map<string, { readonly writer: Worker | undefined; readonly at: number }>();

  constructor(book: Book) {
    this.#book = book;
  }

  written(key: string, item: Item | undefined, before: Item | undefined, writing: Writing | undefined): void {
    if (key.startsWith(CIRCUIT)) {
      this.#circuitWritten(key.slice(CIRCUIT.length), item, writing);
      return;
    }
    const entry = this.#book.ledger.caseOfKey(key);
    if (entry === undefined) {
      return;
    }
    const done = item?.state?.S === "done";
    const token = item?.owner?.S ?? "";
    const by = token === "" ? "" : ` by ${short(token)}`;
    const what = item === undefined ? "record deleted" : `record ${item.state?.S}${by}`;
    this.#book.note(writing?.worker.name ?? "store", what, entry.event.id, entry.subscriber);
    if (token !== "" && before?.owner?.S !== token) {
      this.#claimed(entry, token, writing);
    }
    this.#book.report(
      checkRecordChange({
        entry,
        item,
        before,
        writer: writing?.worker,
        owner: this.#owners.get(before?.owner?.S ?? "")?.worker,
        newOwner: this.#owners.get(token)?.worker,
        now: this.#book.options.now(),
        maxSkewMs: this.#book.options.maxSkewMs,
      }),
    );
    if (done) {
      this.#done(entry, writing?.operation);
    }
  }

  /** A handler starts: whose token the claim has is certain now, even where a poller has the event in two batches. */
  handlerStarted(invocation: Invocation, entry: Case): void {
    const token = this.#itemOf(entry)?.owner?.S ?? "";
    const owner = this.#owners.get(token);
    const claimedAt = owner?.claims.get(entry);
    if (owner !== undefined && owner !== invocation && owner.worker === invocation.worker && claimedAt !== undefined) {
      this.#owners.set(token, invocation);
      owner.claims.delete(entry);
      invocation.claims.set(entry, claimedAt);
    }
  }

  /** What the store has for an event. */
  viewOf(invocation: Invocation, entry: Case): StoreView | undefined {
    const item = this.#itemOf(entry);
    return item && { own: this.#owners.get(item.owner?.S ?? "") === invocation, done: item.state?.S === "done" };
  }

  /** The record of an event, if it is a claim that the invocation holds. */
  heldBy(invocation: Invocation, entry: Case): Item | undefined {
    const item = this.#itemOf(entry);
    const isHeld = item?.state?.S === "claimed" && this.#owners.get(item.owner?.S ?? "") === invocation;
    return isHeld ? item : undefined;
  }

  circuitOf(subscriber: string): CircuitView | undefined {
    const changed = this.#circuits.get(subscriber);
    const item = this.#book.options.aws.dynamodb.item(IDEMPOTENCY_TABLE, `${CIRCUIT}${subscriber}`);
    return changed && { ...changed, openUntil: Number(item?.openUntil?.N ?? 0) };
  }

  #itemOf(entry: Case): Item | undefined {
    return this.#book.options.aws.dynamodb.item(IDEMPOTENCY_TABLE, entry.key ?? "");
  }

  #claimed(entry: Case, token: string, writing: Writing | undefined): void {
    const known = this.#owners.get(token);
    // The latest batch with the event: an earlier one of the same process made its claims before.
    const owner =
      known ?? writing?.invocations.findLast(({ messages }) => messages.some((each) => each.case === entry));
    if (owner !== undefined) {
      this.#owners.set(token, owner);
      // A claim that was given up before is one of a call that arrived late: nobody gives it up a second time.
      owner.claims.set(entry, owner.claims.has(entry) ? Number.POSITIVE_INFINITY : this.#book.options.now());
    }
  }

  #done(entry: Case, operation: string | undefined): void {
    entry.completed = true;
    if (operation === "TransactWriteItems") {
      entry.commits += 1;
      this.#book.report(checkCommit(entry));
    }
  }

  #circuitWritten(subscriber: string, item: Item | undefined, writing: Writing | undefined): void {
    const now = this.#book.options.now();
    this.#circuits.set(subscriber, { writer: writing?.worker, at: now });
    const openUntil = Number(item?.openUntil?.N ?? 0);
    const text = openUntil > now ? `circuit open for ${(openUntil - now) / 1_000} s` : "circuit closed";
    this.#book.note(writing?.worker.name ?? "store", text, undefined, subscriber);
  }
}
