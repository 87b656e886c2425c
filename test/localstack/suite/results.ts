/** What became of one case. */
export interface CaseResult {
  readonly name: string;
  readonly outcome: "passed" | "failed" | "skipped";
  readonly durationMs: number;
  /** The error of a failed case, the reason of a skipped one. */
  readonly detail: string | undefined;
}

/** Results of one target, as they come. */
export class Results {
  readonly #results: CaseResult[] = [];
  readonly #print: (line: string) => void;

  constructor(print: (line: string) => void) {
    this.#print = print;
  }

  get all(): readonly CaseResult[] {
    return this.#results;
  }

  count(outcome: CaseResult["outcome"]): number {
    return this.#results.filter((result) => result.outcome === outcome).length;
  }

  /** Runs something as a case. Gives what it gives, or `undefined` when it fails. */
  async run<Value>(name: string, work: () => Promise<Value>): Promise<Value | undefined> {
    const started = performance.now();
    try {
      const value = await work();
      this.#add({ name, outcome: "passed", durationMs: performance.now() - started, detail: undefined });
      return value;
    } catch (error) {
      this.#addFailure(name, started, error);
      return undefined;
    }
  }

  /** Runs something that is no case: only its failure shows, as one. Gives what it gives, or `undefined`. */
  async attempt<Value>(name: string, work: () => Promise<Value>): Promise<Value | undefined> {
    const started = performance.now();
    try {
      return await work();
    } catch (error) {
      this.#addFailure(name, started, error);
      return undefined;
    }
  }

  /** Prints something that is no case. */
  note(text: string): void {
    this.#print(`  ${text}`);
  }

  /** Notes a case that is not run. */
  skip(name: string, reason: string): void {
    this.#add({ name, outcome: "skipped", durationMs: 0, detail: reason });
  }

  #addFailure(name: string, started: number, error: unknown): void {
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.#add({ name, outcome: "failed", durationMs: performance.now() - started, detail });
  }

  #add(result: CaseResult): void {
    this.#results.push(result);
    const { name, outcome, durationMs, detail } = result;
    const mark = { passed: "ok     ", failed: "FAILED ", skipped: "skipped" }[outcome];
    const time = outcome === "skipped" ? "" : ` (${(durationMs / 1_000).toFixed(1)} s)`;
    this.#print(`  ${mark} ${name}${time}`);
    if (detail !== undefined) {
      this.#print(detail.replace(/^/gm, "            "));
    }
  }
}
