import { existsSync } from "node:fs";
import { join } from "node:path";
import { Watchdog } from "../common/index.ts";
import { type LocalServer, startServer } from "../server/index.ts";
import { TaskLog } from "../tasks/index.ts";
import { gatewayTo } from "./function-gateway.ts";
import { LocalRuntime } from "./local-runtime.ts";
import type { LocalRuntimeOptions } from "./options.ts";

/** What the DynamoDB emulators of earlier versions left in a data folder. */
const EARLIER_TABLES = ["dynoxide.sqlite", "dynalite"];

/**
 * Runs a cloud assembly on this machine: starts the embedded server (unless endpoints are given), creates what the
 * templates declare through the AWS APIs, and polls queues for the functions. It knows only the templates; nothing in
 * them has to come from Fanfare.
 *
 * @throws LocalError `AssemblyInvalid`, `TemplateInvalid`, `TemplateUnsupported`, `DeployFailed`, `MappingInvalid`;
 *   `PortUnavailable` of the server. Nothing is left running then.
 */
export async function startLocalRuntime(options: LocalRuntimeOptions): Promise<LocalRuntime> {
  const watchdog = new Watchdog();
  // The server is there first, since the deployment goes through it.
  let started: LocalRuntime | undefined;
  const tasks = new TaskLog((response) => options.onEvent?.({ type: "task", ...response }));
  const server = await startEmbedded(options, tasks, () => started);
  const given = options.clientEndpoint ?? options.endpoint;
  const endpoint = given ?? server?.endpoint ?? "";
  const runtime = new LocalRuntime(options, {
    server,
    watchdog,
    tasks,
    endpoint,
    dynamoDbEndpoint: dynamoDbOf(options, server),
    directCalls: given === undefined ? server?.queueCalls : undefined,
  });
  started = runtime;
  try {
    warnOfEarlierTables(options);
    await runtime.reload();
  } catch (error) {
    await runtime.close({ graceMs: 0 });
    throw error;
  }
  return runtime;
}

/** Needed unless both endpoints are elsewhere. */
async function startEmbedded(
  options: LocalRuntimeOptions,
  tasks: TaskLog,
  runtime: () => LocalRuntime | undefined,
): Promise<LocalServer | undefined> {
  if (options.endpoint !== undefined && options.dynamoDbEndpoint !== "embedded") {
    return undefined;
  }
  return await startServer({
    port: options.port ?? 0,
    ...(options.onRequest === undefined ? {} : { onRequest: options.onRequest }),
    ...(options.dataDirectory === undefined ? {} : { dataDirectory: join(options.dataDirectory, "engine") }),
    repair: options.repair,
    functions: gatewayTo(runtime),
    serveApi: (apiId, request) => runtime()?.http.serveApi(apiId, request),
    takeResponse: (id, body) => runtime()?.http.inbox.take(id, body) === true,
    schedules: () => runtime()?.http.schedules,
    tasks,
    putEvent: async (event, bus) => runtime()?.putEvent(event, bus),
    onFiltered: (message) => options.onEvent?.({ type: "notSubscribed", ...message }),
    onWarning: (message) => options.onEvent?.({ type: "warning", message }),
  });
}

function dynamoDbOf(options: LocalRuntimeOptions, server: LocalServer | undefined): string {
  const { endpoint, dynamoDbEndpoint: wanted = endpoint ?? "embedded", clientEndpoint } = options;
  if (wanted !== "embedded") {
    return wanted;
  }
  return (endpoint === undefined ? clientEndpoint : undefined) ?? server?.endpoint ?? "";
}

function warnOfEarlierTables({ dataDirectory, onEvent }: LocalRuntimeOptions): void {
  const earlier = EARLIER_TABLES.find((name) => dataDirectory !== undefined && existsSync(join(dataDirectory, name)));
  if (dataDirectory !== undefined && earlier !== undefined) {
    onEvent?.({
      type: "warning",
      message:
        `${join(dataDirectory, earlier)} holds tables of an earlier version, which are not read any more: ` +
        "DynamoDB is part of the engine now; delete it",
    });
  }
}
