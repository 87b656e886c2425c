import { LocalError } from "../common/index.ts";
import {
  MAX_BATCH_SIZE_STANDARD,
  MAX_BATCH_SIZE_WITHOUT_WINDOW,
  MAX_FILTERS,
  MAX_MAXIMUM_CONCURRENCY,
  MAX_WINDOW_SECONDS,
  MIN_MAXIMUM_CONCURRENCY,
} from "./limits.ts";

/** An event source mapping from an SQS queue to a function, as the template declares it, resolved. */
export interface MappingConfiguration {
  readonly uuid: string;
  /** Physical name of the function. */
  readonly functionName: string;
  readonly queueArn: string;
  readonly queueUrl: string;
  readonly region: string;
  readonly accountId: string;
  readonly enabled: boolean;
  readonly batchSize: number;
  /** Seconds to gather a batch; 0 uses what one receive returns. */
  readonly windowSeconds: number;
  readonly maximumConcurrency: number | undefined;
  /** Patterns as JSON; a message must match one of them. Without patterns all messages match. */
  readonly filters: readonly string[];
  /** `FunctionResponseTypes: ["ReportBatchItemFailures"]`. */
  readonly reportBatchItemFailures: boolean;
}

/**
 * Checks what Lambda checks when a mapping is created.
 *
 * @throws LocalError `MappingInvalid`, with the text of Lambda's InvalidParameterValueException where there is a known one.
 */
export function validateMapping(
  mapping: MappingConfiguration,
  surroundings: { fifo: boolean; visibilityTimeoutSeconds: number; functionTimeoutSeconds: number },
): void {
  const title = `event source mapping of function ${mapping.functionName} on ${mapping.queueArn}`;
  const problem = problemOf(mapping, surroundings.fifo);
  if (problem !== undefined) {
    throw new LocalError("MappingInvalid", `${title}: InvalidParameterValueException: ${problem}`);
  }
  const { visibilityTimeoutSeconds: visibility, functionTimeoutSeconds: timeout } = surroundings;
  if (visibility < timeout) {
    throw new LocalError(
      "MappingInvalid",
      `${title}: InvalidParameterValueException: Queue visibility timeout: ${visibility} seconds is less than Function timeout: ${timeout} seconds`,
      { remedy: "set the queue's visibility timeout to 6 times the function's timeout plus the batching window" },
    );
  }
}

/** What Lambda would refuse, in its words. */
function problemOf(mapping: MappingConfiguration, fifo: boolean): string | undefined {
  const { batchSize, windowSeconds, maximumConcurrency, filters } = mapping;
  if (!Number.isInteger(batchSize) || batchSize < 1 || batchSize > MAX_BATCH_SIZE_STANDARD) {
    return `BatchSize is ${batchSize}, must be an integer from 1 to ${MAX_BATCH_SIZE_STANDARD}`;
  }
  if (fifo && batchSize > MAX_BATCH_SIZE_WITHOUT_WINDOW) {
    return `BatchSize is ${batchSize}, must be at most ${MAX_BATCH_SIZE_WITHOUT_WINDOW} on a FIFO queue`;
  }
  if (!Number.isInteger(windowSeconds) || windowSeconds < 0 || windowSeconds > MAX_WINDOW_SECONDS) {
    return `MaximumBatchingWindowInSeconds is ${windowSeconds}, must be an integer from 0 to ${MAX_WINDOW_SECONDS}`;
  }
  if (fifo && windowSeconds > 0) {
    return `MaximumBatchingWindowInSeconds is ${windowSeconds}; batching windows are not supported for FIFO queues`;
  }
  if (batchSize > MAX_BATCH_SIZE_WITHOUT_WINDOW && windowSeconds < 1) {
    return `BatchSize is ${batchSize}; above ${MAX_BATCH_SIZE_WITHOUT_WINDOW} MaximumBatchingWindowInSeconds must be at least 1`;
  }
  const [low, high] = [MIN_MAXIMUM_CONCURRENCY, MAX_MAXIMUM_CONCURRENCY];
  if (maximumConcurrency !== undefined && (maximumConcurrency < low || maximumConcurrency > high)) {
    return `ScalingConfig.MaximumConcurrency is ${maximumConcurrency}, must be from ${low} to ${high}`;
  }
  return filters.length > MAX_FILTERS
    ? `FilterCriteria has ${filters.length} filters, at most ${MAX_FILTERS} are allowed`
    : undefined;
}
