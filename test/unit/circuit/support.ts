import type { CircuitListener, CircuitRecord, CircuitStore } from "../../../lib/circuit/index.ts";

/** A circuit's state in memory, shared by as many breakers as are given it. */
export class MemoryCircuitStore implements CircuitStore {
  record: CircuitRecord | undefined;
  /** Every call that was made. */
  readonly calls: ("read" | "replace")[] = [];
  /** What is wrong with it. */
  fault: "down" | "hangs" | undefined;

  async read(): Promise<CircuitRecord | undefined> {
    this.calls.push("read");
    await this.#suffer();
    return this.record;
  }

  async replace(_name: string, record: CircuitRecord, seen: number | undefined): Promise<boolean> {
    this.calls.push("replace");
    await this.#suffer();
    if (this.record?.generation !== seen) {
      return false;
    }
    // What comes out of a store is never the object that went in.
    this.record = { ...record };
    return true;
  }

  async #suffer(): Promise<void> {
    if (this.fault === "down") {
      throw new Error("the store is down");
    }
    if (this.fault === "hangs") {
      await new Promise<never>(() => {});
    }
  }
}

/** What a breaker said, in order: `opened 30`, `closed`, `unavailable`. */
export class Said implements CircuitListener {
  readonly words: string[] = [];

  opened(seconds: number): void {
    this.words.push(`opened ${seconds}`);
  }

  closed(): void {
    this.words.push("closed");
  }

  unavailable(): void {
    this.words.push("unavailable");
  }
}
