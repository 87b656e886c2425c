import { LocalError } from "../common/index.ts";
import type { FunctionGateway } from "../server/index.ts";
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
    invoke: async (functionName, payload) => {
      const result = await running().invoke(functionName, payload);
      return result.status === "failed"
        ? { payload: JSON.stringify(result.error), isError: true }
        : { payload: JSON.stringify(result.payload), isError: false };
    },
    invokeLater: (functionName, payload) => running().invokeLater(functionName, payload),
  };
}
