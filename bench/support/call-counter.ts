/** Calls by service and operation (`DynamoDB.PutItem`), and capacity units (`Capacity.write`, `Capacity.read`). */
export type Calls = Readonly<Record<string, number>>;

/** Counts calls. */
export class CallCounter {
  #calls: Record<string, number> = {};

  add(operation: string, count = 1): void {
    this.#calls[operation] = (this.#calls[operation] ?? 0) + count;
  }

  /** What was counted since the last time. */
  take(): Calls {
    const calls = this.#calls;
    this.#calls = {};
    return calls;
  }
}

/** Calls of one service. */
export function callsOf(calls: Calls, service: string): number {
  return Object.entries(calls)
    .filter(([operation]) => operation.startsWith(`${service}.`))
    .reduce((sum, [, count]) => sum + count, 0);
}
