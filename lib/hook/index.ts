/** What observers are told of publishers and consumers, and the event that is being handled. */

export type { EventInfo } from "./event.ts";
export { handledEvent, whileHandling } from "./handled-event.ts";
export { Hook, hookFor } from "./hook.ts";
export type { Observer, TraceContext } from "./observer.ts";
export type { Outcome, Retry, RetryCause } from "./outcome.ts";
export { OBSERVERS } from "./process-observers.ts";
export { redrivesOf } from "./redrives.ts";
export type {
  ClaimedStep,
  CommittedStep,
  CompletedStep,
  CreatedStep,
  DecodedStep,
  DeliveryInfo,
  DeliveryStep,
  EndedStep,
  EventStep,
  FetchedStep,
  InvocationEndedStep,
  InvocationInfo,
  InvocationStartedStep,
  LetterSentStep,
  OffloadedStep,
  PublicationInfo,
  PublicationStep,
  PublishedStep,
  ReceivedStep,
  SentStep,
  SettledStep,
  StartedStep,
  Step,
  StepAt,
  StoreCalledStep,
  TimedStep,
} from "./steps.ts";
export { traceIdOf } from "./trace-id.ts";
