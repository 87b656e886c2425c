import { describeError } from "../errors/index.ts";
import { EntryError } from "./entries.ts";

/** Codes and names of errors that pass: throttling in all its spellings, faults of the service, lost connections. */
const TRANSIENT =
  /throttl|TooManyRequests|RequestLimitExceeded|ProvisionedThroughputExceeded|OverLimit|SlowDown|ServiceUnavailable|InternalError|InternalServerError|InternalFailure|TransactionConflict|Timeout|ECONN|EPIPE|ENOTFOUND|EAI_AGAIN/i;

/** Messages of network errors that have no code. */
const NETWORK = /socket hang up|network|timed? ?out/i;

/**
 * Whether the same call, or the same entry of a batch call, may succeed when it is sent again. The one rule for all services: the
 * HTTP status decides first, then the code; who is at fault according to AWS comes last, because SQS reports throttled entries
 * as the sender's fault.
 */
export function isTransient(error: unknown): boolean {
  if (typeof error !== "object" || error === null) {
    return false;
  }
  const status = statusOf(error);
  if (status !== undefined && (status === 429 || (status >= 500 && status !== 501))) {
    return true;
  }
  if ("$retryable" in error && error.$retryable !== undefined) {
    return true;
  }
  const { name, message } = describeError(error);
  const code = "code" in error ? String(error.code) : "";
  if (TRANSIENT.test(name) || TRANSIENT.test(code)) {
    return true;
  }
  if (error instanceof EntryError) {
    return error.senderFault === false;
  }
  const isFromService = "$fault" in error;
  return isFromService ? error.$fault === "server" : NETWORK.test(message);
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
