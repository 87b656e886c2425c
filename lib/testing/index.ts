/** Test tools: `deploy()` for whole apps, AWS in memory behind SDK clients, and a deterministic simulator. */
export {
  type ConstructLike,
  type ConsumerOutcome,
  type DeadLetter,
  type Delivery,
  type DeliveryOutcome,
  type DeployedApp,
  type DeployOptions,
  type DeploySource,
  deploy,
  type ExpectedOutcome,
  type OutcomeEntry,
  type PublishAndWaitOptions,
  type RawMessage,
  type RecordedOutcome,
  type SubscriberDelivery,
  TestAppError,
  type TestAppErrorCode,
  type TestAppErrorDetails,
  type TimeSpan,
} from "./app/index.ts";
export {
  type Call,
  type Clients,
  type MemoryAws,
  type MemoryAwsOptions,
  memoryAws,
  type ServiceName,
} from "./clients/index.ts";
export * from "./simulation/index.ts";
