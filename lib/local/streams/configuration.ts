import { LocalError } from "../common/index.ts";
import { MAX_FILTERS, MAX_WINDOW_SECONDS } from "../pollers/index.ts";
import {
  MAX_PARALLELIZATION_FACTOR,
  MAX_RECORD_AGE_SECONDS,
  MAX_RETRY_ATTEMPTS,
  MAX_STREAM_BATCH_SIZE,
  MIN_RECORD_AGE_SECONDS,
} from "./limits.ts";

/** An event source mapping from the stream of a DynamoDB table to a function, as the template declares it, resolved. */
export interface StreamMappingConfiguration {
  readonly uuid: string;
  /** Physical name of the function. */
  readonly functionName: string;
  readonly functionArn: string;
  readonly streamArn: string;
  readonly region: string;
  readonly accountId: string;
  readonly enabled: boolean;
  /** `TRIM_HORIZON` or `LATEST`: where a mapping starts that has no position yet. */
  readonly startingPosition: string;
  readonly batchSize: number;
  /** Seconds to gather a batch; 0 uses what one read returns. */
  readonly windowSeconds: number;
  /** Batches of a shard at a time; the records of one partition key stay in order. */
  readonly parallelizationFactor: number;
  readonly bisectsBatches: boolean;
  /** -1: until they succeed. */
  readonly maximumRetryAttempts: number;
  /** -1: no limit. */
  readonly maximumRecordAgeSeconds: number;
  /** Patterns as JSON; a record must match one of them. Without patterns all records match. */
  readonly filters: readonly string[];
  readonly reportBatchItemFailures: boolean;
  /** Gets a description of each batch that is discarded. */
  readonly onFailure: string | undefined;
}

/**
 * Checks what Lambda checks when a mapping is created.
 *
 * @throws LocalError `MappingInvalid`
 */
export function validateStreamMapping(mapping: StreamMappingConfiguration): void {
  const problem = problemOf(mapping);
  if (problem !== undefined) {
    const title = `event source mapping of function ${mapping.functionName} on ${mapping.streamArn}`;
    throw new LocalError("MappingInvalid", `${title}: InvalidParameterValueException: ${problem}`);
  }
}

function problemOf(mapping: StreamMappingConfiguration): string | undefined {
  const { maximumRecordAgeSeconds: age, filters, startingPosition } = mapping;
  if (startingPosition !== "TRIM_HORIZON" && startingPosition !== "LATEST") {
    return `StartingPosition is ${startingPosition || "missing"}, must be TRIM_HORIZON or LATEST for a DynamoDB stream`;
  }
  if (age !== -1 && !isWithin(age, MIN_RECORD_AGE_SECONDS, MAX_RECORD_AGE_SECONDS)) {
    return `MaximumRecordAgeInSeconds is ${age}, must be -1 or an integer from ${MIN_RECORD_AGE_SECONDS} to ${MAX_RECORD_AGE_SECONDS}`;
  }
  if (filters.length > MAX_FILTERS) {
    return `FilterCriteria has ${filters.length} filters, at most ${MAX_FILTERS} are allowed`;
  }
  const ranges = [
    ["BatchSize", mapping.batchSize, 1, MAX_STREAM_BATCH_SIZE],
    ["MaximumBatchingWindowInSeconds", mapping.windowSeconds, 0, MAX_WINDOW_SECONDS],
    ["ParallelizationFactor", mapping.parallelizationFactor, 1, MAX_PARALLELIZATION_FACTOR],
    ["MaximumRetryAttempts", mapping.maximumRetryAttempts, -1, MAX_RETRY_ATTEMPTS],
  ] as const;
  const wrong = ranges.find(([, value, low, high]) => !isWithin(value, low, high));
  return wrong && `${wrong[0]} is ${wrong[1]}, must be an integer from ${wrong[2]} to ${wrong[3]}`;
}

function isWithin(value: number, low: number, high: number): boolean {
  return Number.isInteger(value) && value >= low && value <= high;
}
