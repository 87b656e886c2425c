import type { Logger } from "../../lib/index.ts";

/** What a consumer says of messages: their outcomes from its log, and which of them its handlers were given. */
export class Outcomes {
  readonly handled = new Set<string>();
  readonly #outcomes = new Map<string, string[]>();
  readonly logger: Logger;

  constructor() {
    const note = (_message: string, { messageId, outcome }: Readonly<Record<string, unknown>> = {}) => {
      if (typeof messageId === "string" && typeof outcome === "string") {
        this.#outcomes.set(messageId, [...this.of(messageId), outcome]);
      }
    };
    this.logger = { debug: note, info: note, warn: note, error: note };
  }

  of(messageId: string): readonly string[] {
    return this.#outcomes.get(messageId) ?? [];
  }

  clear(): void {
    this.handled.clear();
    this.#outcomes.clear();
  }
}
