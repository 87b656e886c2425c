import type { PayloadPointer } from "../wire/index.ts";

/** Where large bodies are kept. S3 is the one that ships; tests and simulators bring their own. */
export interface PayloadStore {
  /**
   * Keeps a body and returns where it is.
   *
   * @throws FanfareError `PayloadUnavailable` when it could not be written
   */
  put(body: Uint8Array, signal?: AbortSignal): Promise<PayloadPointer>;

  /**
   * Reads a body, verified, and never more than `maxBytes`.
   *
   * @throws FanfareError `PayloadNotFound`, `PayloadTooLarge`, `PayloadCorrupted` (no retry helps) or `PayloadUnavailable` (a
   *   retry may)
   */
  get(pointer: PayloadPointer, maxBytes: number, signal?: AbortSignal): Promise<Uint8Array>;

  /** Loads what the first call would load. */
  preload?(): Promise<void>;
}
