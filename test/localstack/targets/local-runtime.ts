import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { type LocalRuntime, startLocalRuntime } from "../../../lib/local/index.ts";
import { createClients } from "../suite/support/clients.ts";
import type { Deployed, Site } from "./target.ts";

/** Processes of one function at a time. */
const MAX_ENVIRONMENTS = 2;

/** A local runtime, and what its functions have printed. */
export interface Running {
  readonly runtime: LocalRuntime;
  /** Lines by the name of the function. */
  readonly printed: ReadonlyMap<string, readonly string[]>;
}

/**
 * Runs an assembly with the local runtime: its functions and mappings on this machine, DynamoDB in the emulator of the runtime,
 * everything else at the target's endpoint.
 */
export async function runLocally({ emulator, place, folder }: Site, assembly: string): Promise<Running> {
  const log = join(folder("runtime"), "handlers.log");
  const printed = new Map<string, string[]>();
  const runtime = await startLocalRuntime({
    assembly,
    endpoint: emulator?.endpoint,
    dynamoDbEndpoint: "embedded",
    region: place.region,
    maxEnvironments: MAX_ENVIRONMENTS,
    onLog: ({ functionName, line }) => {
      printed.set(functionName, [...(printed.get(functionName) ?? []), line]);
      appendFileSync(log, `${functionName} ${line}\n`);
    },
    onEvent: (event) => {
      if (event.type === "warning" || event.type === "problem") {
        appendFileSync(log, `${JSON.stringify(event)}\n`);
      }
    },
  });
  return { runtime, printed };
}

/** Everything of a running assembly that its local runtime can answer. */
export function describeRuntime({ runtime, printed }: Running, { place }: Site): Omit<Deployed, "remove"> {
  const { endpoint, dynamoDbEndpoint, deployment, pids } = runtime;
  return {
    clients: createClients({ region: place.region, endpoint, dynamoDbEndpoint }),
    outputs: Object.fromEntries(
      Object.entries(deployment.outputs).map(([stack, outputs]) => [
        stack,
        Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, String(value)])),
      ]),
    ),
    resource: (path) => deployment.find(path).physicalId,
    invoke: async (path, payload) => {
      const result = await runtime.invoke(path, payload);
      if (result.status === "succeeded") {
        return { status: "succeeded", payload: result.payload };
      }
      return { status: "failed", message: result.error.errorMessage };
    },
    lines: async (path) => printed.get(deployment.find(path, "AWS::Lambda::Function").physicalId) ?? [],
    pids,
  };
}
