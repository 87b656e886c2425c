import { describeError } from "../errors/index.ts";

/** Errors of a whole call that may pass. The SDK has tried these already; a flood or an outage can outlast its tries. */
const PASSING =
  /throttl|TooManyRequests|RequestLimitExceeded|SlowDown|ServiceUnavailable|InternalError|InternalFailure|Timeout|ECONN|EPIPE|ENOTFOUND|EAI_AGAIN|socket hang up|network/i;

/** Whether sending the same call again may succeed. */
export function isRetryable(error: unknown): boolean {
  if (typeof error !== "object" || error === null) {
    return false;
  }
  if ("$retryable" in error && error.$retryable !== undefined) {
    return true;
  }
  if ("$fault" in error && error.$fault === "server") {
    return true;
  }
  const { name, message } = describeError(error);
  const code = "code" in error ? String(error.code) : "";
  return PASSING.test(name) || PASSING.test(code) || (!("$fault" in error) && PASSING.test(message));
}
