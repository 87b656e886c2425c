import { describeError, isFanfareError } from "../errors/index.ts";
import { EntryError } from "./entries.ts";

/**
 * Codes and names of transient errors: throttling in all its spellings, and faults of the service. They include those that the
 * SDK itself retries (`@smithy/core`, module `retry`).
 */
const TRANSIENT =
  /throttl|TooManyRequests|^LimitExceeded|RequestLimitExceeded|BandwidthLimitExceeded|ProvisionedThroughputExceeded|OverLimit|SlowDown|PriorRequestNotComplete|ServiceUnavailable|InternalError|InternalServerError|InternalFailure|TransactionConflict|TransactionInProgress|Timeout/i;

/** Statuses below 500 that pass: request timeout and too many requests, which proxies send too. */
const PASSING = new Set([408, 429]);

/**
 * Node's codes of lost connections and of responses that are no HTTP. In capitals: `ResourceNotFoundException` is permanent.
 * `UND_ERR` begins the codes of `fetch`, `HPE` those of the HTTP parser.
 */
const CONNECTION =
  /ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|EHOSTDOWN|ENETUNREACH|ENETDOWN|UND_ERR|HPE_|PREMATURE_CLOSE/;

/** Messages of network errors without a code. */
const NETWORK = /socket hang up|network|timed? ?out|fetch failed|failed to fetch|load failed/i;

/**
 * Whether the same call, or the same entry of a batch call, may succeed when it is sent again. One rule for all services: the
 * HTTP status decides first, then the code. Who is at fault according to AWS comes last, because SQS reports throttled entries
 * as the sender's fault. An aborted call is not transient, and neither is an error of Fanfare, such as the reason of an abort.
 */
export function isTransient(error: unknown): boolean {
  if (typeof error !== "object" || error === null || isAborted(error)) {
    return false;
  }
  const status = statusOf(error);
  if (status !== undefined && (PASSING.has(status) || (status >= 500 && status !== 501))) {
    return true;
  }
  if ("$retryable" in error && error.$retryable !== undefined) {
    return true;
  }
  const { name, message } = describeError(error);
  const code = "code" in error ? String(error.code) : "";
  if ([name, code].some((each) => TRANSIENT.test(each) || CONNECTION.test(each))) {
    return true;
  }
  if (error instanceof EntryError) {
    return error.senderFault === false;
  }
  if ("$fault" in error) {
    return error.$fault === "server";
  }
  // A success that cannot be read, such as the first half of a response or a network's login page, is a lost response.
  const isUnreadableSuccess = status !== undefined && status >= 200 && status < 300;
  return isUnreadableSuccess || NETWORK.test(message);
}

/**
 * Codes of refusals that are about the caller, the target or the operation. With other entries the call would be refused again.
 */
const ABOUT_THE_CALL =
  /AccessDenied|Authori[sz]ation|Unauthorized|OptIn|Token|Signature|Credential|InvalidSecurity|InvalidAddress|NotFound|NotExist|NonExistent|Unknown|Unsupported|Kms/i;

/** Whether AWS may have refused a batch call as a whole for the sake of one malformed entry. */
export function mayBlameOneEntry(error: unknown): boolean {
  if (typeof error !== "object" || error === null || isTransient(error) || !("$fault" in error)) {
    return false;
  }
  return (
    error.$fault === "client" && (statusOf(error) ?? 400) === 400 && !ABOUT_THE_CALL.test(describeError(error).name)
  );
}

function isAborted(error: object): boolean {
  return isFanfareError(error) || describeError(error).name === "AbortError";
}

/** The HTTP status of a response, also of one that the SDK could not parse. */
function statusOf(error: object): number | undefined {
  const metadata = "$metadata" in error ? error.$metadata : undefined;
  const response = "$response" in error ? error.$response : undefined;
  return numberIn(metadata, "httpStatusCode") ?? numberIn(response, "statusCode");
}

function numberIn(value: unknown, key: string): number | undefined {
  if (typeof value !== "object" || value === null || !(key in value)) {
    return undefined;
  }
  const found: unknown = (value as Record<string, unknown>)[key];
  return typeof found === "number" ? found : undefined;
}
