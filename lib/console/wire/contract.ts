import type { JsonObject } from "./json.ts";

/** One event of a contract, as it describes itself. */
export interface EventView {
  readonly name: string;
  readonly type: string;
  readonly version: number;
  readonly attributes: readonly string[];
  readonly hasGroup: boolean;
  readonly expiresAfterSeconds?: number | undefined;
  /** JSON Schema of the data; undefined where the schema library does not describe itself. */
  readonly schema?: JsonObject | undefined;
}

export interface ContractView {
  readonly name: string;
  /** Topics and queues that carry it, by name. */
  readonly targets: readonly string[];
  readonly events: readonly EventView[];
}

/** An event to send, or to check. */
export interface EventDraft {
  readonly target: string;
  readonly event: string;
  readonly data: unknown;
}

/** One reason for which a schema refuses data. */
export interface Issue {
  /** `lines[0].sku`; empty for the whole. */
  readonly path: string;
  readonly message: string;
}

export interface Checked {
  readonly issues: readonly Issue[];
}

export interface Sent {
  readonly id: string;
  readonly command: string;
}
