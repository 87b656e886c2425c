/** Helpers for tests of users' own apps: deploy, publish, wait until quiet, then ask what became of the messages. */
export type { ConsumerOutcome, OutcomeEntry } from "../../local/index.ts";
export type { DeadLetter } from "./dead-letters.ts";
export type { Delivery, DeliveryOutcome, ExpectedOutcome, SubscriberDelivery } from "./delivery.ts";
export { deploy } from "./deploy.ts";
export type { DeployedApp } from "./deployed-app.ts";
export { TestAppError, type TestAppErrorCode, type TestAppErrorDetails } from "./errors.ts";
export type { RecordedOutcome } from "./journal.ts";
export type { ConstructLike, DeployOptions, DeploySource, PublishAndWaitOptions } from "./options.ts";
export type { RawMessage } from "./raw-message.ts";
export type { TimeSpan } from "./time-span.ts";
