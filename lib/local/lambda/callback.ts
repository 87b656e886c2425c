import type { LocalContext } from "./context.ts";
import type { Handler } from "./load-handler.ts";

/** The last runtime whose handlers may end by a callback. Source: AWS Lambda Developer Guide, "Callback-based function handlers". */
const LAST_WITH_CALLBACKS = 22;

/** Whether a runtime (`AWS_Lambda_nodejs18.x`) has handlers with callbacks. */
export function hasCallbacks(executionEnvironment: string | undefined): boolean {
  const major = /nodejs(\d+)\.x$/.exec(executionEnvironment ?? "")?.[1];
  return major !== undefined && Number(major) <= LAST_WITH_CALLBACKS;
}

/**
 * Calls a handler that may end by its callback, by `context.done`, `succeed` or `fail`, or by a promise. One that ends by none of
 * these ends when it has nothing left to do: its result is null, as on Lambda.
 */
export function callWithCallback(handler: Handler, event: unknown, context: LocalContext): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const callback = (error: unknown, result?: unknown): void => {
      if (error === null || error === undefined) {
        resolve(result);
      } else {
        reject(error);
      }
    };
    const withEnds = Object.assign(context, {
      done: callback,
      fail: (error: unknown) => callback(error ?? "handled"),
      succeed: (result: unknown) => callback(null, result),
    });
    const returned = handler(event, withEnds, callback);
    if (isThenable(returned)) {
      returned.then(resolve, reject);
    } else {
      whenIdle(() => resolve(undefined));
    }
  });
}

/** Calls back when nothing is left that could run. The channel to the parent does not count until then. */
function whenIdle(callback: () => void): void {
  process.channel?.unref();
  process.once("beforeExit", () => {
    process.channel?.ref();
    callback();
  });
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}
