export { DEAD_MODES } from "../../support/line.ts";
export { type Endpoints, startEndpoints } from "./endpoints.ts";
export * from "./events.ts";
export { forever } from "./faults.ts";
export { PREFIX, pointerTo } from "./payloads.ts";
export { check, type Outcome, type Property, property, same, tryProperty, until } from "./property.ts";
export { addOne, type Batch, type Queue, Scenario } from "./scenario.ts";
export type { Result, Worker } from "./worker.ts";
export type { ConsumerSpec, Delivery, Feature, LambdaHandler, Wrapper } from "./wrapper.ts";
