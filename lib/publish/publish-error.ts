import { EntryError } from "../aws/index.ts";
import {
  describeError,
  FanfareError,
  type FanfareErrorCode,
  type FanfareErrorDetails,
  isFanfareError,
} from "../errors/index.ts";
import { SendFailedError } from "./send-buffer.ts";

/** The event that was to be published. */
export interface PublishEntry {
  /** The event's name in the contract. */
  readonly event: string;
  /** The CloudEvents id; `undefined` if publishing failed before it was known. */
  readonly id: string | undefined;
  readonly data: unknown;
}

/**
 * Why one event was not published. It holds the event, so that the caller can store it or publish it later. The event is not
 * enumerable: loggers do not print it.
 */
export class PublishError extends FanfareError {
  declare readonly entry: PublishEntry;

  constructor(code: FanfareErrorCode, message: string, entry: PublishEntry, details: FanfareErrorDetails = {}) {
    super(code, message, details);
    Object.defineProperty(this, "entry", { value: entry, enumerable: false });
  }
}

/** The error that the caller of `publish` gets. An error that is not of Fanfare or AWS, such as a signal's reason, stays as it is. */
export function publishErrorOf(error: unknown, entry: PublishEntry, maxAttempts: number): unknown {
  if (error instanceof SendFailedError) {
    return new PublishError(
      "PublishFailed",
      `${entry.event} ${entry.id} was not published: ${reasonOf(error.cause)}`,
      entry,
      {
        field: entry.event,
        limit: `${error.attempts} of ${maxAttempts} attempts`,
        cause: error.cause,
      },
    );
  }
  if (!isFanfareError(error)) {
    return error;
  }
  return new PublishError(error.code, error.summary, entry, {
    ...(error.remedy === undefined ? {} : { remedy: error.remedy }),
    ...(error.field === undefined ? {} : { field: error.field }),
    ...(error.limit === undefined ? {} : { limit: error.limit }),
    cause: error,
  });
}

function reasonOf(error: unknown): string {
  const { name, message } = describeError(error);
  return error instanceof EntryError ? message : `${name}: ${message}`;
}
