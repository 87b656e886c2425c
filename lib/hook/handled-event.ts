import { AsyncLocalStorage } from "node:async_hooks";
import type { EventInfo } from "./event.ts";

/** A bundle may contain two copies of the package: publisher and consumer meet on `globalThis`. */
const KEY = Symbol.for("fanfare.handledEvent");
const shared = globalThis as { [KEY]?: AsyncLocalStorage<EventInfo> };

/** Calls a handler; what it publishes, in whatever function, knows the event that caused it. */
export function whileHandling<Result>(event: EventInfo, handler: () => Result): Result {
  shared[KEY] ??= new AsyncLocalStorage();
  return shared[KEY].run(event, handler);
}

/** The event whose handler calls this; `undefined` outside handlers. */
export function handledEvent(): EventInfo | undefined {
  return shared[KEY]?.getStore();
}
