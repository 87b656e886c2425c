import type { Write } from "./protocol/index.ts";

/** How one conditional write ended. */
export type WriteResult =
  | { readonly status: "written" }
  /** The condition did not hold: the record is not the expected one. */
  | { readonly status: "refused" }
  | { readonly status: "unavailable"; readonly error: unknown };

/** Carries out the writes of the claim protocol, on distinct keys. Returns one result per write, in order. */
export type Writer = (writes: readonly Write[], signal?: AbortSignal) => Promise<readonly WriteResult[]>;
