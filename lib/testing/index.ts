/** Test tools: `deploy()` for whole apps, AWS in memory behind SDK clients, and a deterministic simulator. */
export {
  type ConstructLike,
  type DeadLetter,
  type Delivery,
  type DeliveryOutcome,
  type DeployedApp,
  type DeployOptions,
  type DeploySource,
  deploy,
  type ExpectedOutcome,
  type LoggedOutcome,
  type PublishAndWaitOptions,
  type RecordedOutcome,
  readOutcome,
  type SubscriberDelivery,
  TestAppError,
  type TestAppErrorCode,
} from "./app/index.ts";
export { type Clients, type MemoryAws, type MemoryAwsOptions, memoryAws } from "./clients/index.ts";
export * from "./simulation/index.ts";
