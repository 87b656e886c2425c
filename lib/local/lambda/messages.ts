import { isJsonObject } from "../../std/index.ts";
import { type ConsumerOutcome, isConsumerOutcome } from "./consumer-outcome.ts";
import { isPublishedEvent, type PublishedEvent } from "./published-event.ts";

/** An error as Lambda reports it in the payload of a failed invocation. */
export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[] | undefined;
}

/** To the process of an execution environment. */
export interface InvokeMessage {
  readonly type: "invoke";
  readonly requestId: string;
  /** The event, as JSON text. */
  readonly event: string;
  /** When the invocation times out: milliseconds since the epoch. */
  readonly deadline: number;
  readonly invokedFunctionArn: string;
}

/** From the process of an execution environment. */
export type EnvironmentMessage =
  | { readonly type: "ready" }
  | { readonly type: "initError"; readonly error: FunctionError }
  /** What consumers did with messages. */
  | { readonly type: "outcomes"; readonly outcomes: readonly ConsumerOutcome[] }
  /** What a publisher did with an event. */
  | { readonly type: "published"; readonly event: PublishedEvent }
  | { readonly type: "result"; readonly requestId: string; readonly response: string | null }
  | { readonly type: "error"; readonly requestId: string; readonly error: FunctionError };

/** A handler can write to the channel too, so whatever arrives is checked. */
export function isEnvironmentMessage(message: unknown): message is EnvironmentMessage {
  if (!isJsonObject(message)) {
    return false;
  }
  switch (message.type) {
    case "ready":
      return true;
    case "initError":
      return isJsonObject(message.error);
    case "outcomes":
      return Array.isArray(message.outcomes) && message.outcomes.every(isConsumerOutcome);
    case "published":
      return isPublishedEvent(message.event);
    case "result":
      return typeof message.requestId === "string" && typeof (message.response ?? "") === "string";
    case "error":
      return typeof message.requestId === "string" && isJsonObject(message.error);
    default:
      return false;
  }
}

/** Whether a message is an invocation. */
export function isInvokeMessage(message: unknown): message is InvokeMessage {
  return isJsonObject(message) && message.type === "invoke" && typeof message.event === "string";
}
