import { FanfareError } from "./fanfare-error.ts";

/**
 * To be thrown by a handler when no retry can help. The message goes to the dead-letter queue at once, with this error's message
 * as the reason, instead of being redelivered until its receive count is used up.
 */
export class PermanentError extends FanfareError {
  constructor(message: string, options: { cause?: unknown } = {}) {
    super("Permanent", message, options);
  }
}

/** To be thrown by a handler that chooses when the message is redelivered, instead of the usual backoff. */
export class RetryError extends FanfareError {
  /**
   * Seconds until the message is redelivered, 0 to 43,200; `undefined` for the usual backoff. Another value, such as `NaN`, has the usual
   * backoff used, and a warning logged. Source: Amazon SQS API Reference, `ChangeMessageVisibility`.
   */
  readonly afterSeconds: number | undefined;

  constructor(message: string, options: { after?: number; cause?: unknown } = {}) {
    super("Retry", message, options);
    this.afterSeconds = options.after;
  }
}

/** Name and message of whatever was thrown: handlers also throw strings, `undefined` and objects. Never throws. */
export function describeError(error: unknown): { name: string; message: string } {
  try {
    return describe(error);
  } catch {
    // A revoked proxy, or a getter that throws.
    return { name: "NonError", message: "something that cannot be read was thrown" };
  }
}

function describe(error: unknown): { name: string; message: string } {
  if (error instanceof Error) {
    return { name: textOf(error.name), message: textOf(error.message) };
  }
  if (typeof error === "object" && error !== null && "message" in error && typeof error.message === "string") {
    return { name: "name" in error && typeof error.name === "string" ? error.name : "Error", message: error.message };
  }
  return { name: "NonError", message: `something that is not an Error was thrown: ${safeString(error)}` };
}

/** Name and message of an error may be replaced by anything. */
function textOf(value: unknown): string {
  return typeof value === "string" ? value : safeString(value);
}

/** Longer values are cut: whole payloads are thrown too. */
const MAX_THROWN = 300;

function safeString(value: unknown): string {
  try {
    return (typeof value === "string" ? value : (JSON.stringify(value) ?? String(value))).slice(0, MAX_THROWN);
  } catch {
    return Object.prototype.toString.call(value);
  }
}
