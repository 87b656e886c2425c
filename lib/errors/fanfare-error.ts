/**
 * Every error that Fanfare itself raises has one of these codes. Branch on the code (or on {@link isFanfareError}), never on
 * the class: a bundle may hold two copies of the package, and then `instanceof` is false for the other copy's errors.
 */
export type FanfareErrorCode =
  /** A contract was declared wrongly. Thrown by `defineContract` and `event`. */
  | "ContractInvalid"
  /** An option or environment variable is missing or wrong. Thrown at start-up. */
  | "ConfigurationInvalid"
  /** The data given to `publish`, or received, does not match the event's schema. */
  | "SchemaMismatch"
  /** A message is over a limit of SNS or SQS and offload is off, or over the limit for offloaded payloads. */
  | "MessageTooLong"
  /** A message would carry more than 10 message attributes. */
  | "TooManyAttributes"
  /** An attribute's value cannot be sent: not a finite number, an empty string, a character that SQS refuses. */
  | "AttributeInvalid"
  /** A message group id, deduplication id, event id or time is missing or not in the form that AWS or CloudEvents asks. */
  | "MessageInvalid"
  /** AWS refused an entry, or every try to send it failed. */
  | "PublishFailed"
  /** More bytes are waiting to be sent than the publisher may hold. */
  | "PublisherOverloaded"
  /** `publish` was called on a publisher that is closed. */
  | "PublisherClosed"
  /** A received body is not JSON, or not an envelope. */
  | "BodyMalformed"
  /** A received event's type is not in the contract, or has no handler. */
  | "UnknownEvent"
  /** A received event's version is newer than the contract's, or too old to be upcast. */
  | "UnknownVersion"
  /** A payload pointer names a bucket or prefix that this consumer was not configured for. */
  | "PointerNotAllowed"
  /** The object that a payload pointer names does not exist (any more). */
  | "PayloadNotFound"
  /** The payload object could not be read now; a later try may succeed. */
  | "PayloadUnavailable"
  /** The payload object is not what was written: wrong size or checksum. */
  | "PayloadCorrupted"
  /** The payload is larger than this consumer accepts. */
  | "PayloadTooLarge"
  /** The idempotency store did not answer, or refused. */
  | "StoreUnavailable"
  /** A handler did not finish in the time that its record had. */
  | "HandlerTimeout"
  /** Too little time was left in the invocation to start the record. */
  | "DeadlineTooClose"
  /** The consumer's circuit breaker is open: what its handlers depend on has failed again and again. */
  | "CircuitOpen"
  /** A handler asked for the message to be dead-lettered: {@link PermanentError}. */
  | "Permanent"
  /** A handler asked for a retry: {@link RetryError}. */
  | "Retry";

/** What a {@link FanfareError} says besides its message. Every part that applies is present. */
export interface FanfareErrorDetails {
  /** The field, option, attribute or record at fault, as a path: `OrderPlaced.attributes.region`. */
  readonly field?: string;
  /** The limit that was broken, with its unit: `262144 bytes`. */
  readonly limit?: string;
  /** What to do about it. */
  readonly remedy?: string;
  /** The error underneath. */
  readonly cause?: unknown;
}

const BRAND = Symbol.for("fanfare.error");

/** The base of all errors of Fanfare. The message ends with the remedy where there is one. */
export class FanfareError extends Error {
  readonly code: FanfareErrorCode;
  readonly field: string | undefined;
  readonly limit: string | undefined;
  readonly remedy: string | undefined;

  constructor(code: FanfareErrorCode, message: string, details: FanfareErrorDetails = {}) {
    super(details.remedy === undefined ? message : `${message} (${details.remedy})`, { cause: details.cause });
    this.name = code;
    this.code = code;
    this.field = details.field;
    this.limit = details.limit;
    this.remedy = details.remedy;
    Object.defineProperty(this, BRAND, { value: true });
  }

  /** The message without its remedy. */
  get summary(): string {
    return this.remedy === undefined ? this.message : this.message.slice(0, -(this.remedy.length + 3));
  }
}

/**
 * Whether something caught is an error of Fanfare, and of the given code if one is given. Holds across copies of the
 * package, where `instanceof` does not.
 */
export function isFanfareError(error: unknown, code?: FanfareErrorCode): error is FanfareError {
  return (
    typeof error === "object" &&
    error !== null &&
    BRAND in error &&
    (code === undefined || ("code" in error && error.code === code))
  );
}
