import type { TransactWriteItem } from "@aws-sdk/client-dynamodb";
import { describeError, FanfareError } from "../../errors/index.ts";
import type { CommitResult } from "../../idempotency/index.ts";
import type { Commit } from "../record/index.ts";

/** How the transaction of a handler ended. */
export type CommitEnd =
  /** Effects and completion are written. */
  | { readonly kind: "written" }
  /** No transaction was asked for, or the handler has dealt with its failure. */
  | { readonly kind: "none" }
  /** Nothing was written, because another delivery of the event was faster. */
  | { readonly kind: "beaten"; readonly by: Exclude<CommitResult, { status: "written" }> }
  /** The event must not count as handled. */
  | { readonly kind: "failed"; readonly error: unknown };

/** The one transaction of a handler: effects, collected or given at once, and the event's completion. */
export class HandlerCommit {
  readonly #write: Commit | undefined;
  readonly #signal: AbortSignal;
  #effects: TransactWriteItem[] = [];
  #end: CommitEnd | undefined;
  #writing: Promise<void> | undefined;
  #repeated: FanfareError | undefined;
  #isClosed = false;

  readonly #onLate: (error: FanfareError) => void;

  /**
   * @param write writes the transaction; `undefined` where there is no claim to complete
   * @param onLate told of a call that came after the handler had ended: nobody may be waiting for it any more
   */
  constructor(write: Commit | undefined, signal: AbortSignal, onLate: (error: FanfareError) => void) {
    this.#write = write;
    this.#signal = signal;
    this.#onLate = onLate;
  }

  /** Adds effects to the transaction, which is written by {@link commit} or when the handler has returned. */
  add(effects: readonly TransactWriteItem[]): void {
    this.#refuseLate("ctx.effects.add");
    if (this.#write === undefined) {
      throw noClaim("ctx.effects");
    }
    this.#refuseSecond("ctx.effects.add was called after ctx.commit: the transaction is written once");
    this.#effects.push(...effects);
  }

  /** Writes the transaction now. Rejects with `CommitRepeated` for a second one, and with what writing it throws. */
  commit(effects: readonly TransactWriteItem[]): Promise<void> {
    const committed = this.#commit(effects);
    // A handler that does not await it must not end the process: the failure is looked at when the handler has ended.
    committed.catch(() => undefined);
    return committed;
  }

  /**
   * The handler has ended: awaits what it has not awaited, and writes what it has collected, unless it threw.
   *
   * @param isRequired whether the event is completed by a transaction only
   */
  async finish(hasReturned: boolean, isRequired: boolean): Promise<CommitEnd> {
    this.close();
    const wasPending = this.#writing !== undefined;
    await this.#writing?.catch(() => undefined);
    if (this.#repeated !== undefined) {
      return { kind: "failed", error: this.#repeated };
    }
    const isDealtWith = !wasPending && hasReturned && isCanceled(this.#end);
    if (isDealtWith) {
      this.#effects = [];
      this.#end = undefined;
    }
    if (hasReturned && this.#end === undefined && (isRequired || this.#effects.length > 0)) {
      await this.#run([]).catch(() => undefined);
    }
    return this.#end ?? { kind: "none" };
  }

  /** The handler has ended: what it asks for now comes too late. */
  close(): void {
    this.#isClosed = true;
  }

  async #commit(effects: readonly TransactWriteItem[]): Promise<void> {
    this.#refuseLate("ctx.commit");
    this.#refuseSecond("ctx.commit was called a second time: the transaction is written once");
    this.#writing = this.#run(effects);
    await this.#writing;
  }

  async #run(effects: readonly TransactWriteItem[]): Promise<void> {
    // A loop that does not await calls commit again before anything is sent.
    await undefined;
    try {
      if (this.#repeated !== undefined) {
        throw this.#repeated;
      }
      if (this.#write === undefined) {
        throw noClaim("ctx.commit");
      }
      const result = await this.#write([...this.#effects, ...effects], this.#signal);
      this.#end = result.status === "written" ? { kind: "written" } : { kind: "beaten", by: result };
    } catch (error) {
      this.#end = { kind: "failed", error };
      throw error;
    } finally {
      this.#writing = undefined;
    }
    if (this.#end.kind === "beaten") {
      throw new FanfareError("StoreUnavailable", "another delivery of the event was faster, so nothing was written", {
        field: "commit",
      });
    }
  }

  #refuseLate(call: string): void {
    if (this.#isClosed) {
      const error = new FanfareError(
        "CommitTooLate",
        `${call} was called after the handler had ended: nothing is written`,
        {
          field: "commit",
          remedy: "await everything that the handler starts before it returns",
        },
      );
      this.#onLate(error);
      throw error;
    }
  }

  /** A transaction that failed wrote nothing: the handler may read afresh and commit again. */
  #refuseSecond(message: string): void {
    if (this.#writing === undefined && (this.#end === undefined || this.#end.kind === "failed")) {
      return;
    }
    this.#repeated = new FanfareError("CommitRepeated", message, {
      field: "commit",
      remedy: "collect the items with ctx.effects.add and let them be written when the handler returns",
    });
    throw this.#repeated;
  }
}

function noClaim(call: string): FanfareError {
  return new FanfareError("ConfigurationInvalid", `${call} has no claim to complete`, {
    field: "commit",
    remedy: 'set guarantee: "exactly-once" with a store in DynamoDB, or write the items with your own client',
  });
}

/** A condition of the handler's own items failed: it awaited that, and returned. */
function isCanceled(end: CommitEnd | undefined): boolean {
  return end?.kind === "failed" && describeError(end.error).name === "TransactionCanceledException";
}
