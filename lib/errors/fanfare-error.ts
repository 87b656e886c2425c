/**
 * The code of an error that Fanfare throws. Test for the code (with {@link isFanfareError}), never for the class: a bundle may
 * contain two copies of the package, and `instanceof` is false for errors of the other copy.
 */
export type FanfareErrorCode =
  /** A contract is declared wrongly. Thrown by `defineContract` and `event`. */
  | "ContractInvalid"
  /** An option or environment variable is missing or wrong. Thrown at start-up. */
  | "ConfigurationInvalid"
  /** Data passed to `publish`, or received, does not match the event's schema. */
  | "SchemaMismatch"
  /** A message exceeds a limit of SNS or SQS and cannot be offloaded, or exceeds the limit for offloaded payloads. */
  | "MessageTooLong"
  /** A message would have more than 10 message attributes. */
  | "TooManyAttributes"
  /** The value of an attribute cannot be sent: a number that is not finite, an empty string, a character that SQS refuses. */
  | "AttributeInvalid"
  /** A message group id, deduplication id, event id, time or delay is missing or does not have the form that AWS or CloudEvents requires. */
  | "MessageInvalid"
  /** AWS refused an event, or all attempts to send it failed. */
  | "PublishFailed"
  /** More bytes are waiting to be sent than `maxBufferedBytes` allows. */
  | "PublisherOverloaded"
  /** `publish` was called after `close`. */
  | "PublisherClosed"
  /** A received body is not JSON, or not an envelope. */
  | "BodyMalformed"
  /** The type of an event is not in the contract, or has no handler. */
  | "UnknownEvent"
  /** The version of a received event is newer than the contract's, or too old to be upcast. */
  | "UnknownVersion"
  /** A payload pointer names a bucket or prefix that this consumer is not configured for. */
  | "PointerNotAllowed"
  /** The object that a payload pointer names does not exist. */
  | "PayloadNotFound"
  /** A payload object could not be read or written. Another attempt may succeed. */
  | "PayloadUnavailable"
  /** A payload object has a wrong checksum, or cannot be inflated. */
  | "PayloadCorrupted"
  /** A payload is larger than this consumer accepts. */
  | "PayloadTooLarge"
  /** The idempotency store did not respond or refused the call, or a claim was lost. */
  | "StoreUnavailable"
  /** A function of the user threw: a schema, codec, upcast, key, attribute or group. `field` is its name. */
  | "CallbackFailed"
  /** An async function of the user, a schema or a codec, did not end in time. `field` is its name. Another attempt may succeed. */
  | "CallbackTimeout"
  /** Two events have the same id and type, and different data. */
  | "IdConflict"
  /** At-most-once: a handler was started for the event before, and how it ended is not known. */
  | "OutcomeUnknown"
  /** The event's handler was started as often as `maxAttempts` allows, and never came to its end. */
  | "AttemptsUsedUp"
  /** Another worker holds the claim on the event. */
  | "EventInProgress"
  /** An earlier message of the same group is to be handled first. */
  | "GroupBlocked"
  /** A handler committed twice: its effects are written in one transaction. */
  | "CommitRepeated"
  /** A handler committed, or added effects, after it had ended: nothing was written. */
  | "CommitTooLate"
  /** A handler did not end before its deadline. */
  | "HandlerTimeout"
  /** A poller can no longer keep a message hidden from other workers. */
  | "VisibilityLost"
  /** Too little time was left in the invocation. */
  | "DeadlineTooClose"
  /** The consumer's circuit breaker is open: a dependency of its handlers has failed repeatedly. */
  | "CircuitOpen"
  /** A message that SNS sends over HTTPS has no valid signature of SNS, is of another topic, or is too old. */
  | "SignatureInvalid"
  /** The certificate with which SNS signs could not be fetched. Another attempt may succeed. */
  | "CertificateUnavailable"
  /** A handler threw a {@link PermanentError}. */
  | "Permanent"
  /** A handler threw a {@link RetryError}. */
  | "Retry";

/** Details of a {@link FanfareError}. */
export interface FanfareErrorDetails {
  /** The field, option, attribute or record at fault, as a path: `OrderPlaced.attributes.region`. */
  readonly field?: string;
  /** The limit that was exceeded, with its unit: `262144 bytes`. */
  readonly limit?: string;
  /** How to fix it. */
  readonly remedy?: string;
  /** The original error. */
  readonly cause?: unknown;
}

const BRAND = Symbol.for("fanfare.error");

/** The base class of Fanfare's errors. If there is a remedy, the message ends with it. */
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
 * Whether an error is Fanfare's, and has the code if one is given. Works across copies of the package, unlike `instanceof`.
 */
export function isFanfareError(error: unknown, code?: FanfareErrorCode): error is FanfareError {
  try {
    return (
      typeof error === "object" &&
      error !== null &&
      BRAND in error &&
      (code === undefined || ("code" in error && error.code === code))
    );
  } catch {
    // A revoked proxy, or a getter that throws: not ours.
    return false;
  }
}
