/** The plain types of a consumer, and the rules that need nothing but them. */
export type { EventInfo, Outcome, Retry, RetryCause } from "../../hook/index.ts";
export { BlockedGroups } from "./blocked-groups.ts";
export { circuitOpen, classify, outOfTime, refusedDelay } from "./classify.ts";
export type { Commit } from "./commit.ts";
export { Delivery } from "./delivery.ts";
export type { ReceivedEvent } from "./event.ts";
export {
  type ClaimEnd,
  type Decoded,
  duplicateOf,
  type Ended,
  type Execution,
  endedEarly,
  executionOf,
  type FirstDelivery,
  type Prepared,
  type Ready,
  type Repeated,
  type Settled,
  type SettledPart,
  type Several,
  unclaimed,
  unclaimedExecution,
} from "./execution.ts";
export { claimDeadline, type Invocation, responseDeadline, settleDeadline } from "./invocation.ts";
export { configurationInvalid, leftOut } from "./left-out.ts";
export {
  type DeadLetterQueue,
  deadLetterQueueOf,
  isLastReceive,
  type Limits,
  maxAttemptsOf,
  receivesLeft,
} from "./limits.ts";
export { cut, errorFields } from "./log-fields.ts";
export {
  consoleLogger,
  eventLogger,
  idsOf,
  isLogLevel,
  type Logger,
  type LogLevel,
  levelOfEnvironment,
  safeLogger,
} from "./logger.ts";
export type { SqsRecord, SqsRecordAttribute } from "./sqs-record.ts";
