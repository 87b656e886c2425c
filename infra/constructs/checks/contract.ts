import type { IConstruct } from "constructs";
import type { AnyContract, ContractEvent } from "../../../lib/contract/index.ts";
import { MAX_MESSAGE_ATTRIBUTES, MAX_ROUTING_ATTRIBUTES } from "../../../lib/names/index.ts";
import { refuse, refuseIf } from "./validation.ts";

/**
 * Checks a contract against the type of its topic or queue, and repeats the check of `defineContract` for contracts that were
 * made without it.
 */
export function checkContract(scope: IConstruct, contract: AnyContract, fifo: boolean): void {
  const events = Object.values(contract.events);
  const tooMany = events.find(({ definition }) => definition.attributeNames.length > MAX_ROUTING_ATTRIBUTES);
  if (tooMany !== undefined) {
    refuse(scope, {
      field: "contract",
      message: `${tooMany.name} of contract ${contract.name} has ${tooMany.definition.attributeNames.length} routing attributes, but at most ${MAX_ROUTING_ATTRIBUTES} are allowed`,
      limit: `${MAX_ROUTING_ATTRIBUTES} attributes`,
      remedy: `keep only the attributes that subscriptions filter on: with raw delivery, SNS discards messages that have more than ${MAX_MESSAGE_ATTRIBUTES} attributes`,
    });
  }
  const groupless = events.filter(({ definition }) => !definition.hasGroup).map(({ name }) => name);
  refuseIf(scope, fifo && groupless.length > 0, {
    field: "contract",
    message: `fifo is set, but these events of contract ${contract.name} have no group: ${groupless.join(", ")}. FIFO topics and queues require a message group`,
    remedy: "declare a group for each event: group: (order) => order.orderId",
  });
}

/** Returns an event of the contract by its name. @throws FanfareError `ConfigurationInvalid` for one that the contract does not have */
export function declaredEvent(scope: IConstruct, contract: AnyContract, name: string): ContractEvent {
  const declared = Object.hasOwn(contract.events, name) ? contract.events[name] : undefined;
  if (declared === undefined) {
    refuse(scope, {
      field: "event",
      message: `"${name}" is not an event of ${contract.name}`,
      remedy: `use ${Object.keys(contract.events).join(", ")}, or add the event to the contract`,
    });
  }
  return declared;
}
