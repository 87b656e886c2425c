import type { JsonObject } from "../../std/index.ts";
import { LocalError } from "../common/index.ts";
import type { FunctionConfiguration } from "../lambda/index.ts";
import type { MappingConfiguration } from "../pollers/index.ts";
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
    describe: (functionName) => {
      const found = running().deployment.functions.find(
        ({ configuration }) => configuration.functionName === functionName,
      );
      return found && describeFunction(found.configuration);
    },
    mappings: () => running().mappings.map((each) => describeMapping(each, running())),
    setMappingEnabled: async (uuid, enabled) => {
      const runtime = running();
      const found = runtime.mappings.find((each) => each.uuid === uuid);
      return found !== undefined && (await runtime.setMappingEnabled(uuid, enabled))
        ? describeMapping({ ...found, enabled }, runtime)
        : undefined;
    },
  };
}

/** Source of the names: AWS Lambda API Reference, `FunctionConfiguration`. */
function describeFunction(configuration: FunctionConfiguration): JsonObject {
  const { functionName, functionArn, runtime, handler, environment, timeoutSeconds, memorySizeMb } = configuration;
  return {
    FunctionName: functionName,
    FunctionArn: functionArn,
    Runtime: runtime ?? null,
    Handler: handler,
    Timeout: timeoutSeconds,
    MemorySize: memorySizeMb,
    State: "Active",
    Environment: { Variables: { ...environment } },
  };
}

/** Source of the names: AWS Lambda API Reference, `EventSourceMappingConfiguration`. */
function describeMapping(mapping: MappingConfiguration, { deployment }: LocalRuntime): JsonObject {
  const { uuid, functionName, queueArn, enabled, batchSize, windowSeconds, maximumConcurrency } = mapping;
  const target = deployment.functions.find(({ configuration }) => configuration.functionName === functionName);
  return {
    UUID: uuid,
    EventSourceArn: queueArn,
    FunctionArn: target?.configuration.functionArn ?? functionName,
    State: enabled ? "Enabled" : "Disabled",
    BatchSize: batchSize,
    MaximumBatchingWindowInSeconds: windowSeconds,
    ScalingConfig: maximumConcurrency === undefined ? {} : { MaximumConcurrency: maximumConcurrency },
    FunctionResponseTypes: mapping.reportBatchItemFailures ? ["ReportBatchItemFailures"] : [],
  };
}
