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

interface Rule {
  readonly broken: (mapping: MappingConfiguration, fifo: boolean) => boolean;
  readonly message: (mapping: MappingConfiguration) => string;
}

const RULES: readonly Rule[] = [
  {
    broken: ({ batchSize }) => !Number.isInteger(batchSize) || batchSize < 1 || batchSize > MAX_BATCH_SIZE_STANDARD,
    message: ({ batchSize }) => `BatchSize is ${batchSize}, must be an integer from 1 to ${MAX_BATCH_SIZE_STANDARD}`,
  },
  {
    broken: ({ batchSize }, fifo) => fifo && batchSize > MAX_BATCH_SIZE_WITHOUT_WINDOW,
    message: ({ batchSize }) =>
      `BatchSize is ${batchSize}, must be at most ${MAX_BATCH_SIZE_WITHOUT_WINDOW} on a FIFO queue`,
  },
  {
    broken: ({ windowSeconds }) =>
      !Number.isInteger(windowSeconds) || windowSeconds < 0 || windowSeconds > MAX_WINDOW_SECONDS,
    message: ({ windowSeconds }) =>
      `MaximumBatchingWindowInSeconds is ${windowSeconds}, must be an integer from 0 to ${MAX_WINDOW_SECONDS}`,
  },
  {
    broken: ({ windowSeconds }, fifo) => fifo && windowSeconds > 0,
    message: ({ windowSeconds }) =>
      `MaximumBatchingWindowInSeconds is ${windowSeconds}; batching windows are not supported for FIFO queues`,
  },
  {
    broken: ({ batchSize, windowSeconds }) => batchSize > MAX_BATCH_SIZE_WITHOUT_WINDOW && windowSeconds < 1,
    message: ({ batchSize }) =>
      `BatchSize is ${batchSize}; above ${MAX_BATCH_SIZE_WITHOUT_WINDOW} MaximumBatchingWindowInSeconds must be at least 1`,
  },
  {
    broken: ({ maximumConcurrency }) =>
      maximumConcurrency !== undefined &&
      (maximumConcurrency < MIN_MAXIMUM_CONCURRENCY || maximumConcurrency > MAX_MAXIMUM_CONCURRENCY),
    message: ({ maximumConcurrency }) =>
      `ScalingConfig.MaximumConcurrency is ${maximumConcurrency}, must be from ${MIN_MAXIMUM_CONCURRENCY} to ${MAX_MAXIMUM_CONCURRENCY}`,
  },
  {
    broken: ({ filters }) => filters.length > MAX_FILTERS,
    message: ({ filters }) => `FilterCriteria has ${filters.length} filters, at most ${MAX_FILTERS} are allowed`,
  },
];

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
  for (const rule of RULES) {
    if (rule.broken(mapping, surroundings.fifo)) {
      throw new LocalError("MappingInvalid", `${title}: InvalidParameterValueException: ${rule.message(mapping)}`);
    }
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
