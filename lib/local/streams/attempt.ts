import { describeError } from "../common/index.ts";
import type { Invocation } from "../lambda/index.ts";
import { readBatchResponse } from "../pollers/index.ts";
import type { ReadRecord, StreamRecord } from "./record.ts";

/** Runs the function of a mapping. */
export type InvokeWithRecords = (event: { readonly Records: readonly StreamRecord[] }) => Promise<Invocation>;

/** How one invocation with a batch ended. */
export interface Attempt {
  /** How many records from the start of the batch are finished. */
  readonly finished: number;
  /** Why the batch failed as a whole. */
  readonly error: string | undefined;
  /** `Unhandled` where the function threw. */
  readonly functionError: string | undefined;
  readonly requestId: string;
}

/**
 * Invokes the function. A stream is read in order, so that the reported record with the lowest sequence number ends what is finished.
 * Source: AWS Lambda Developer Guide, "Configuring partial batch response with DynamoDB and Lambda". Never rejects.
 */
export async function attempt(
  invoke: InvokeWithRecords,
  records: readonly ReadRecord[],
  reportsFailures: boolean,
): Promise<Attempt> {
  const all = { finished: records.length, error: undefined, functionError: undefined };
  try {
    const invocation = await invoke({ Records: records.map(({ record }) => record) });
    const { requestId } = invocation;
    if (invocation.status === "failed") {
      const { errorType, errorMessage } = invocation.error;
      return { finished: 0, error: `${errorType}: ${errorMessage}`, functionError: "Unhandled", requestId };
    }
    if (!reportsFailures) {
      return { ...all, requestId };
    }
    const ids = new Set(records.map(({ sequenceNumber }) => sequenceNumber));
    const result = readBatchResponse(invocation.response, ids);
    if (result.kind === "failed") {
      return { finished: 0, error: result.reason, functionError: undefined, requestId };
    }
    const first = records.findIndex(({ sequenceNumber }) => result.failed.has(sequenceNumber));
    return { ...all, finished: first < 0 ? records.length : first, requestId };
  } catch (error) {
    return { finished: 0, error: describeError(error), functionError: undefined, requestId: "" };
  }
}
