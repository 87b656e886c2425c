/**
 * An execution environment: runs in an own process, loads one handler and calls it for one event after another.
 * It is started with the function's environment variables and knows nothing else.
 */

import { flushCompileCache } from "node:module";
import { callWithCallback, hasCallbacks } from "./callback.ts";
import type { ConsumerOutcome } from "./consumer-outcome.ts";
import { createContext } from "./context.ts";
import { HandlerLoadError } from "./handler-load-error.ts";
import { type Handler, loadHandler } from "./load-handler.ts";
import { type EnvironmentMessage, type FunctionError, type InvokeMessage, isInvokeMessage } from "./messages.ts";
import { installModuleHooks, readModuleFolders } from "./module-hooks.ts";
import { observeProcess } from "./observe-process.ts";
import { routeResponses } from "./response-route.ts";

let current: InvokeMessage | undefined;
/** Not yet sent: the outcomes of a batch are certain in the same turn, and go in one message. */
let outcomes: ConsumerOutcome[] = [];

const [, , moduleFolders, compileCache] = process.argv;
if (process.env.NODE_COMPILE_CACHE === compileCache) {
  // It was set for this process, and is no variable of the function's.
  delete process.env.NODE_COMPILE_CACHE;
}

// Ctrl-C reaches every process of the terminal. The parent ends this one, after the batch in flight.
process.on("SIGINT", () => {});
process.on("disconnect", () => process.exit(0));
process.on("uncaughtException", (error) => fail(toFunctionError(error), 129));
process.on("unhandledRejection", (reason) => {
  const { errorMessage, trace } = toFunctionError(reason);
  const message = reason instanceof Error ? `${reason.name}: ${errorMessage}` : errorMessage;
  fail({ errorType: "Runtime.UnhandledPromiseRejection", errorMessage: message, trace }, 128);
});

// Consumers and publishers in the bundle find it there, whatever they log.
observeProcess({
  outcome: (outcome) => {
    if (outcomes.push(outcome) === 1) {
      queueMicrotask(sendOutcomes);
    }
  },
  published: (event) => send({ type: "published", event }),
});

try {
  const taskRoot = process.env.LAMBDA_TASK_ROOT ?? process.cwd();
  const { layers, sdk } = readModuleFolders(moduleFolders);
  installModuleHooks({ taskRoot, layers, sdk });
  if (process.env.AWS_ENDPOINT_URL !== undefined) {
    routeResponses(process.env.AWS_ENDPOINT_URL);
  }
  const handler = await loadHandler(taskRoot, process.env._HANDLER ?? "");
  process.on("message", (message) => {
    if (isInvokeMessage(message)) {
      current = message;
      void run(handler, message);
    }
  });
  send({ type: "ready" });
  // Now, and not when the process ends: it may be killed.
  flushCompileCache();
} catch (error) {
  send({ type: "initError", error: error instanceof HandlerLoadError ? error.functionError : toFunctionError(error) });
}

async function run(handler: Handler, message: InvokeMessage): Promise<void> {
  const { requestId } = message;
  try {
    const response = await call(handler, message);
    // What JSON cannot hold (undefined, a function) becomes null, as on Lambda; a cycle or a BigInt throws.
    const text = JSON.stringify(response) ?? null;
    current = undefined;
    send({ type: "result", requestId, response: text });
  } catch (error) {
    current = undefined;
    send({ type: "error", requestId, error: toFunctionError(error) });
  }
}

function call(handler: Handler, message: InvokeMessage): unknown {
  const event: unknown = JSON.parse(message.event);
  const context = createContext(message);
  return hasCallbacks(process.env.AWS_EXECUTION_ENV)
    ? callWithCallback(handler, event, context)
    : handler(event, context);
}

function fail(error: FunctionError, exitCode: number): void {
  const requestId = current?.requestId;
  current = undefined;
  console.error(error.trace?.join("\n") ?? error.errorMessage);
  if (requestId === undefined || process.send === undefined) {
    process.exit(exitCode);
  }
  sendOutcomes();
  const message: EnvironmentMessage = { type: "error", requestId, error };
  process.send(message, () => process.exit(exitCode));
}

function sendOutcomes(): void {
  if (outcomes.length > 0 && process.connected) {
    const message: EnvironmentMessage = { type: "outcomes", outcomes };
    outcomes = [];
    process.send?.(message);
  }
}

/** In order: what is certain before a result arrives before it. */
function send(message: EnvironmentMessage): void {
  if (process.connected) {
    sendOutcomes();
    process.send?.(message);
  }
}

function toFunctionError(error: unknown): FunctionError {
  if (error instanceof Error) {
    return { errorType: error.name, errorMessage: error.message, trace: error.stack?.split("\n") ?? [] };
  }
  return {
    errorType: typeof error,
    errorMessage: typeof error === "string" ? error : (JSON.stringify(error) ?? ""),
    trace: [],
  };
}
