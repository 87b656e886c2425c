import type { AnyContract } from "../contract/index.ts";
import { Semaphore } from "../std/index.ts";
import { type Handlers, handlerTable } from "./handle/index.ts";
import { lambdaHandler, type SqsConsumer } from "./receive/index.ts";
import { createProcessor, oneByOne } from "./schedule/index.ts";
import type { ConsumeOptions } from "./settings/index.ts";
import { resolveConsumeOptions } from "./settings/index.ts";

/**
 * Makes the Lambda handler that consumes the events of a contract from SQS. Each record is decoded, fetched if it was offloaded,
 * validated, claimed, handled and completed by itself; the response lists exactly those to be redelivered.
 *
 * @throws FanfareError `ConfigurationInvalid` at start-up for options or variables that are missing or wrong, and for handlers
 *   of events that the contract does not have. The handler that it returns does not throw because records failed.
 */
export function consume<C extends AnyContract>(
  contract: C,
  handlers: Handlers<C>,
  options: ConsumeOptions<C> = {},
): SqsConsumer {
  const settings = resolveConsumeOptions(contract, options);
  const slots = new Semaphore(settings.concurrency);
  return lambdaHandler(settings, createProcessor(settings, handlerTable(contract, handlers), oneByOne(slots)));
}
