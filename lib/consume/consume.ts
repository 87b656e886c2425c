import type { AnyContract } from "../contract/index.ts";
import { FanfareError } from "../errors/index.ts";
import type { AnyHandler, Handlers } from "./handlers.ts";
import { lambdaHandler } from "./lambda-handler.ts";
import type { SqsHandler } from "./lambda-types.ts";
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
): SqsHandler {
  const settings = resolveConsumeOptions(contract, options);
  const table = handlerTable(contract, handlers);
  return lambdaHandler(
    settings,
    createProcessor(settings, (name) => table.get(name), runEach(settings.concurrency)),
  );
}

function handlerTable(contract: AnyContract, handlers: Handlers<AnyContract>): ReadonlyMap<string, AnyHandler> {
  const table = new Map<string, AnyHandler>();
  for (const [name, handler] of Object.entries(handlers)) {
    if (handler === undefined) continue;
    if (!Object.hasOwn(contract.events, name) || typeof handler !== "function") {
      throw new FanfareError("ConfigurationInvalid", `${name} is not an event of ${contract.name} with a function`, {
        field: `handlers.${name}`,
        remedy: `give functions for ${Object.keys(contract.events).join(", ")}`,
      });
    }
    table.set(name, handler);
  }
  if (table.size === 0) {
    throw new FanfareError("ConfigurationInvalid", `the consumer of ${contract.name} handles no event`, {
      field: "handlers",
      remedy: `give a function for one of ${Object.keys(contract.events).join(", ")}`,
    });
  }
  return table;
}
