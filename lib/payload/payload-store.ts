import type { PayloadPointer } from "../wire/index.ts";

/** Stores large bodies. See `s3PayloadStore`; tests and simulators use their own. */
export interface PayloadStore {
  /**
   * Stores a body and returns its location.
   *
   * @throws FanfareError `PayloadUnavailable` when the body could not be written
   */
  put(body: Uint8Array, signal?: AbortSignal): Promise<PayloadPointer>;

  /**
   * Reads and verifies a body.
   *
   * @param maxBytes size above which reading stops
   * @throws FanfareError `PayloadNotFound`, `PayloadTooLarge` or `PayloadCorrupted`, which are permanent; `PayloadUnavailable`,
   *   which is transient
   */
  get(pointer: PayloadPointer, maxBytes: number, signal?: AbortSignal): Promise<Uint8Array>;

  /** Loads what the first call needs. */
  preload?(): Promise<void>;
}
