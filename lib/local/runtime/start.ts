import { join } from "node:path";
import { Watchdog } from "../common/index.ts";
import { startDynamoDb } from "../dynamodb/index.ts";
import { type LocalServer, startServer } from "../server/index.ts";
import { gatewayTo } from "./function-gateway.ts";
import { LocalRuntime } from "./local-runtime.ts";
import type { LocalRuntimeOptions } from "./options.ts";

/**
 * Runs a cloud assembly on this machine: starts the embedded server and the DynamoDB emulator (unless endpoints are
 * given), creates what the templates declare through the AWS APIs, and polls queues for the functions. It knows only the
 * templates; nothing in them has to come from Fanfare.
 *
 * @throws LocalError `AssemblyInvalid`, `TemplateInvalid`, `TemplateUnsupported`, `DeployFailed`, `MappingInvalid`,
 *   `EmulatorFailed`; `PortUnavailable` of the server. Nothing is left running then.
 */
export async function startLocalRuntime(options: LocalRuntimeOptions): Promise<LocalRuntime> {
  const watchdog = new Watchdog();
  const wanted = options.dynamoDbEndpoint ?? (options.endpoint === undefined ? "embedded" : options.endpoint);
  const emulator =
    wanted === "embedded" ? await startDynamoDb({ watchdog, dataDirectory: options.dataDirectory }) : undefined;
  const dynamoDbEndpoint = emulator?.endpoint ?? wanted;
  let server: LocalServer | undefined;
  // The server is there first, since the deployment goes through it.
  let started: LocalRuntime | undefined;
  try {
    server =
      options.endpoint === undefined
        ? await startServer({
            port: options.port ?? 0,
            dynamoDbEndpoint,
            ...(options.onRequest === undefined ? {} : { onRequest: options.onRequest }),
            ...(options.dataDirectory === undefined ? {} : { dataDirectory: join(options.dataDirectory, "engine") }),
            repair: options.repair,
            functions: gatewayTo(() => started),
            putEvent: async (event, bus) => started?.putEvent(event, bus),
            onFiltered: (message) => options.onEvent?.({ type: "notSubscribed", ...message }),
            onWarning: (message) => options.onEvent?.({ type: "warning", message }),
          })
        : undefined;
  } catch (error) {
    await emulator?.stop();
    await watchdog.close();
    throw error;
  }
  const { clientEndpoint } = options;
  const endpoint = clientEndpoint ?? options.endpoint ?? server?.endpoint ?? "";
  const runtime = new LocalRuntime(options, {
    server,
    emulator,
    watchdog,
    endpoint,
    // The server passes DynamoDB's requests on, so that one proxy in front of it sees them all.
    dynamoDbEndpoint: clientEndpoint ?? dynamoDbEndpoint,
  });
  started = runtime;
  try {
    for (const message of emulator?.notices ?? []) {
      options.onEvent?.({ type: "warning", message });
    }
    await runtime.reload();
  } catch (error) {
    await runtime.close({ graceMs: 0 });
    throw error;
  }
  return runtime;
}
