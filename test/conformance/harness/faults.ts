/** What a call to the store is for, in the words of the claim protocol. */
export type Phase = "claim" | "complete" | "release" | "takeover" | "read" | "commit" | "other";

/** What goes wrong with a call. */
export type Fault =
  /** It never arrives; the caller sees a timeout, which the SDK tries again. */
  | { readonly kind: "fail" }
  /** It is done, but the answer does not come back; the caller sees a timeout, which the SDK tries again. */
  | { readonly kind: "loseAnswer" }
  /** It is refused with this error. */
  | { readonly kind: "refuse"; readonly name: string; readonly status: number }
  /** It is never answered. */
  | { readonly kind: "hang" }
  /** It takes that long. */
  | { readonly kind: "delay"; readonly ms: number }
  /** One statement of a batch, or the whole call where it is no batch, is throttled. */
  | { readonly kind: "throttle"; readonly statements: readonly number[] }
  /** The worker dies before it is done. */
  | { readonly kind: "dieBefore" }
  /** It is done, and the worker dies before the answer. */
  | { readonly kind: "dieAfter" };

interface Injected {
  readonly phase: Phase | "any";
  readonly fault: Fault;
  left: number;
}

/** Faults to come, taken by calls in the order in which they were injected. */
export class Faults {
  readonly #injected: Injected[] = [];
  #dead = false;
  #inARow = 0;

  /** @param times how many calls it hits; tries of the SDK count one by one */
  inject(phase: Phase | "any", fault: Fault, times = 1): void {
    this.#injected.push({ phase, fault, left: times });
  }

  clear(): void {
    this.#injected.length = 0;
  }

  next(phase: Phase): Fault | undefined {
    const found = this.#injected.find((entry) => entry.left > 0 && (entry.phase === "any" || entry.phase === phase));
    if (found !== undefined) {
      found.left -= 1;
    }
    return found?.fault;
  }

  /** How many delayed calls followed one another at most: each began after the one before it had ended. */
  get callsInARow(): number {
    return this.#inARow;
  }

  /** Makes a call wait. */
  async delay(ms: number): Promise<void> {
    const place = this.#inARow + 1;
    await new Promise((resolve) => setTimeout(resolve, ms));
    this.#inARow = Math.max(this.#inARow, place);
  }

  /** From now on no call is made and none is answered: the process is gone. */
  die(): void {
    this.#dead = true;
  }

  get dead(): boolean {
    return this.#dead;
  }
}

/** Never settles: what a dead process waits for. */
export const forever = new Promise<never>(() => {});

/** An error that the SDK takes for a broken connection. */
export function timeout(what: string): Error {
  return Object.assign(new Error(`injected: ${what}`), { name: "TimeoutError" });
}
