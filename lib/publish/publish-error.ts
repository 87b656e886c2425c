import { FanfareError, type FanfareErrorCode, type FanfareErrorDetails } from "../errors/index.ts";

/** What was to be published. */
export interface PublishEntry {
  readonly event: string;
  /** The CloudEvents id, once it is known. */
  readonly id: string | undefined;
  readonly data: unknown;
}

/**
 * Why one event was not published. It holds the event, so that the caller can keep it; the event is not enumerable, so that
 * it does not end up in logs.
 */
export class PublishError extends FanfareError {
  declare readonly entry: PublishEntry;

  constructor(code: FanfareErrorCode, message: string, entry: PublishEntry, details: FanfareErrorDetails = {}) {
    super(code, message, details);
    Object.defineProperty(this, "entry", { value: entry, enumerable: false });
  }
}
