import type { EntryResult } from "../std/index.ts";

/** Why AWS did not take one entry of a batch call that succeeded as a whole. */
export class EntryError extends Error {
  /** AWS's error code: `InternalError`. `NoResponse` for an entry that the response does not name. */
  readonly code: string;
  /** AWS's word on whose fault it is, where it gives one. Not to be trusted for throttling; see `isTransient`. */
  readonly senderFault: boolean | undefined;

  constructor(code: string, message: string, senderFault?: boolean) {
    super(`${code}: ${message}`);
    this.name = code;
    this.code = code;
    this.senderFault = senderFault;
  }
}

/** The response of a batch call of SQS or SNS. An empty list may be absent. */
export interface BatchResponse<Success> {
  readonly Successful?: readonly (Success & { readonly Id?: string | undefined })[] | undefined;
  readonly Failed?: readonly FailedEntry[] | undefined;
}

interface FailedEntry {
  readonly Id?: string | undefined;
  readonly Code?: string | undefined;
  readonly Message?: string | undefined;
  readonly SenderFault?: boolean | undefined;
}

/**
 * The results of the entries of a batch call whose ids are their places: `"0"`, `"1"`, and so on. An entry counts as taken only
 * where the response says so: one that it does not name has failed, with a transient error.
 */
export function entryResults<Success>(
  count: number,
  response: BatchResponse<Success>,
): readonly EntryResult<Success>[] {
  const successes = new Map(response.Successful?.map((entry) => [entry.Id, entry]));
  const failures = new Map(response.Failed?.map((entry) => [entry.Id, entry]));
  return Array.from({ length: count }, (_, index) => {
    const value = successes.get(String(index));
    return value === undefined ? { ok: false, error: errorOf(failures.get(String(index))) } : { ok: true, value };
  });
}

function errorOf(failure: FailedEntry | undefined): EntryError {
  return failure === undefined
    ? new EntryError("NoResponse", "the response does not name the entry", false)
    : new EntryError(failure.Code ?? "Unknown", failure.Message ?? "", failure.SenderFault);
}
