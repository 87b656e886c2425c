import type { AnyContract } from "../../contract/index.ts";
import { FanfareError } from "../../errors/index.ts";
import type { AnyHandler, Handlers } from "./handlers.ts";

/**
 * Looks handlers up by event name.
 *
 * @throws FanfareError `ConfigurationInvalid` for handlers of events that the contract does not have, and for none at all
 */
export function handlerTable(
  contract: AnyContract,
  handlers: Handlers<AnyContract>,
): (name: string) => AnyHandler | undefined {
  const table = new Map<string, AnyHandler>();
  for (const [name, handler] of Object.entries(handlers)) {
    if (handler === undefined) {
      continue;
    }
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
  return (name) => table.get(name);
}
