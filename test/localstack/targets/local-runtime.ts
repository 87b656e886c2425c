import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { type LocalRuntime, startLocalRuntime } from "../../../lib/local/index.ts";
import { createClients } from "../suite/support/clients.ts";
import type { Deployed, Site } from "./target.ts";

/** Processes of one function at a time. */
const MAX_ENVIRONMENTS = 2;

/**
 * Runs an assembly with the local runtime: its functions and mappings on this machine, DynamoDB in the emulator of the runtime,
 * everything else at the target's endpoint.
 */
export async function runLocally({ emulator, place, folder }: Site, assembly: string): Promise<LocalRuntime> {
  const log = join(folder("runtime"), "handlers.log");
  return await startLocalRuntime({
    assembly,
    endpoint: emulator?.endpoint,
    dynamoDbEndpoint: "embedded",
    region: place.region,
    maxEnvironments: MAX_ENVIRONMENTS,
    onLog: ({ functionName, line }) => appendFileSync(log, `${functionName} ${line}\n`),
    onEvent: (event) => {
      if (event.type === "warning" || event.type === "problem") appendFileSync(log, `${JSON.stringify(event)}\n`);
    },
  });
}

/** Clients and outputs of a running assembly. */
export function describeRuntime(
  runtime: LocalRuntime,
  { place }: Site,
): Pick<Deployed, "clients" | "outputs" | "pids"> {
  const { endpoint, dynamoDbEndpoint, deployment, pids } = runtime;
  const outputs = Object.entries(deployment.outputs[place.stackName] ?? {});
  return {
    clients: createClients({ region: place.region, endpoint, dynamoDbEndpoint }),
    outputs: Object.fromEntries(outputs.map(([name, value]) => [name, String(value)])),
    pids,
  };
}
