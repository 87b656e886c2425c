import { afterEach, beforeEach, vi } from "vitest";
import { resolveConsumeOptions } from "../../../../lib/consume/settings/index.ts";
import { type FanfareError, isFanfareError } from "../../../../lib/index.ts";
import { contract, type Orders } from "../support.ts";

/** Variables of the constructs and of Lambda, which no test inherits. */
const VARIABLES = [
  "FANFARE_CONSUMER",
  "FANFARE_GUARANTEE",
  "FANFARE_IDEMPOTENCY_TABLE",
  "FANFARE_IDEMPOTENCY_RETENTION_SECONDS",
  "FANFARE_PAYLOAD_SOURCES",
  "FANFARE_DEAD_LETTER_QUEUES",
  "FANFARE_LOG_LEVEL",
  "AWS_LAMBDA_FUNCTION_NAME",
  "AWS_LAMBDA_LOG_LEVEL",
];

/** Each test of the file starts without the variables of a function. */
export function withoutVariables(): void {
  beforeEach(() => {
    for (const name of VARIABLES) {
      vi.stubEnv(name, undefined);
    }
  });
  afterEach(() => {
    vi.unstubAllEnvs();
  });
}

export const resolve = (options = {}) => resolveConsumeOptions<Orders>(contract, options);

/** The error with which something is refused. */
export function refusal(make: () => unknown): FanfareError {
  try {
    make();
  } catch (error) {
    if (isFanfareError(error)) {
      return error;
    }
    throw error;
  }
  throw new Error("nothing was refused");
}
