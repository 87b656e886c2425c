import { LocalError } from "../common/index.ts";
import type { FunctionGateway } from "../server/index.ts";
import { callFunction } from "./call-function.ts";
import type { LocalRuntime } from "./local-runtime.ts";

/** The functions of a runtime as the API of Lambda calls them. */
export function gatewayTo(runtimeOf: () => LocalRuntime | undefined): FunctionGateway {
  const running = (): LocalRuntime => {
    const runtime = runtimeOf();
    if (runtime === undefined) {
      throw new LocalError("NotFound", "the functions are not deployed yet");
    }
    return runtime;
  };
  return {
    resolve: (reference) => {
      try {
        return running().functionName(reference);
      } catch {
        return undefined;
      }
    },
    invoke: (functionName, payload) => callFunction(running(), functionName, payload),
    invokeLater: (functionName, payload) => running().invokeLater(functionName, payload),
  };
}
