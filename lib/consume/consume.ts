import type { AnyContract } from "../contract/index.ts";
import { Semaphore } from "../std/index.ts";
import { handlerTable } from "./handler-table.ts";
import type { Handlers } from "./handlers.ts";
import { lambdaHandler } from "./lambda-handler.ts";
import type { SqsConsumer } from "./lambda-types.ts";
import { type ConsumeOptions, resolveConsumeOptions } from "./options.ts";
import { createProcessor, runEach } from "./process.ts";

/**
 * Makes the Lambda handler that consumes the events of a contract from SQS. Each record is decoded, fetched if it was offloaded,
 * validated, claimed, handled and completed on its own; the answer lists exactly those to be delivered again.
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
  const table = handlerTable(contract, handlers);
  return lambdaHandler(settings, createProcessor(settings, table, runEach(new Semaphore(settings.concurrency))));
}
