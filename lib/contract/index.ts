export {
  type AnyContract,
  type AnyEvent,
  type Attributes,
  type Contract,
  type ContractEvent,
  defineContract,
  type EventName,
  type Events,
  type Payload,
  type PayloadInput,
} from "./contract.ts";
export type { DataWhere } from "./data-where.ts";
export {
  type AttributeValue,
  type EventDefinition,
  type EventOptions,
  event,
  type OlderData,
  type RoutingAttributes,
} from "./event.ts";
export { matching, type RoutingConditions, type RoutingKeyAttributes, routingKey } from "./routing-key.ts";
export { upcastPayload } from "./upcast.ts";
export { type Valid, validatePayload } from "./validate.ts";
export type { Where } from "./where.ts";
