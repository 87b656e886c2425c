import type { JsonObject } from "../../std/index.ts";
import { LocalError } from "../common/index.ts";
import type { FunctionConfiguration } from "../lambda/index.ts";
import type { Mapping } from "../pollers/index.ts";
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
    describe: (functionName) => {
      const found = running().deployment.functions.find(
        ({ configuration }) => configuration.functionName === functionName,
      );
      return found && describeFunction(found.configuration);
    },
    mappings: () => {
      const { deployment, mappings } = running();
      // Pipes poll too, and are no mappings of Lambda.
      const pipes = new Set(deployment.pipes.map(({ source }) => source.uuid));
      return mappings.all
        .filter(({ configuration }) => !pipes.has(configuration.uuid))
        .map((each) => describeMapping(each, running()));
    },
    setMappingEnabled: async (uuid, enabled) => {
      const mapping = await running().mappings.setEnabled(uuid, enabled);
      return mapping && describeMapping(mapping, running());
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
function describeMapping({ configuration }: Mapping, { deployment }: LocalRuntime): JsonObject {
  const { uuid, functionName, enabled } = configuration;
  const target = deployment.functions.find((each) => each.configuration.functionName === functionName);
  const queue = deployment.mappings.find((each) => each.configuration.uuid === uuid)?.configuration;
  const stream = deployment.streamMappings.find((each) => each.configuration.uuid === uuid)?.configuration;
  const declared = queue ?? stream;
  return {
    UUID: uuid,
    EventSourceArn: queue?.queueArn ?? stream?.streamArn ?? "",
    FunctionArn: target?.configuration.functionArn ?? functionName,
    State: enabled ? "Enabled" : "Disabled",
    BatchSize: declared?.batchSize ?? 0,
    FunctionResponseTypes: declared?.reportBatchItemFailures === true ? ["ReportBatchItemFailures"] : [],
  };
}
