import type { AnyContract, EventName, Payload } from "../../contract/index.ts";
import type { HandlerContext } from "./context.ts";

/** One handler per event. An event without one is dead-lettered as `UnknownEvent`: narrow the subscription's `events` to these. */
export type Handlers<C extends AnyContract> = {
  readonly [Name in EventName<C>]?: (data: Payload<C, Name>, context: HandlerContext) => void | Promise<void>;
};

/** A handler whose event is not known to the compiler. */
export type AnyHandler = (data: unknown, context: HandlerContext) => unknown;
