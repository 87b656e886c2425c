import { createServer, type Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { objectOf } from "../../std/index.ts";
import type { Place, QueueCalls } from "../common/index.ts";
import { Engine, type FilteredMessage, randomUuid } from "../engine/index.ts";
import type { DurableEngine } from "../journal/index.ts";
import { TaskLog } from "../tasks/index.ts";
import { createApp } from "./app.ts";
import { realEnvironment } from "./environment.ts";
import { CLOSE_GRACE_MS, KEEP_ALIVE_MS } from "./limits.ts";
import type { RequestLogEntry } from "./log.ts";
import { MovableClock } from "./movable-clock.ts";
import type { ServeApi, TakeResponse } from "./plain-http.ts";
import {
  directQueueCalls,
  type FindSchedules,
  type FunctionGateway,
  type PutEvent,
  type ServiceHost,
} from "./services/index.ts";

/** The only address that the server binds: it cannot be reached from the network. */
const LOOPBACK = "127.0.0.1";

export interface ServerOptions {
  /**
   * The state to serve. It has to run on the real clock (`realEnvironment`), since clients wait in real time.
   *
   * @default a new, empty engine
   */
  readonly engine?: Engine;
  /**
   * Stores the state in this folder, in place of `engine`. It survives restarts and SIGKILL. Created if it does not exist.
   *
   * @default the state is in memory and ends with the server
   */
  readonly dataDirectory?: string;
  /** Saves what can be read of a damaged data directory. @default it is refused */
  readonly repair?: boolean | undefined;
  /** Bytes that the data may take on disk; beyond, calls fail as on a full disk. @default what the disk has */
  readonly maximumDataBytes?: number | undefined;
  /** Called with problems of the data directory that are not fatal. */
  readonly onWarning?: (message: string) => void;
  /** @default 0, any free port */
  readonly port?: number;
  /** Functions that the API of Lambda calls. @default its requests are refused */
  readonly functions?: FunctionGateway | undefined;
  /** Gets the events of the API of EventBridge. @default its requests are refused */
  readonly putEvent?: PutEvent | undefined;
  /** Answers requests to the APIs of the app. @default there are none */
  readonly serveApi?: ServeApi | undefined;
  /** Takes what functions of custom resources answer. Returns whether anybody awaits it. @default there are none */
  readonly takeResponse?: TakeResponse | undefined;
  /** Schedules of the API of EventBridge Scheduler. @default its requests are refused */
  readonly schedules?: FindSchedules | undefined;
  /** Takes the responses to tasks of Step Functions. @default a log that nobody reads */
  readonly tasks?: TaskLog | undefined;
  /** Called after every request, once its response is sent. What it throws is ignored. */
  readonly onRequest?: (entry: RequestLogEntry) => void;
  /** Called with each message that a subscription's filter policy holds back. */
  readonly onFiltered?: ((message: FilteredMessage) => void) | undefined;
}

export interface LocalServer {
  /** `http://127.0.0.1:<port>` */
  readonly endpoint: string;
  /** With a data directory only for reading: changes that bypass the server are not stored. */
  readonly engine: Engine;
  /** The calls of SQS that mappings in this process make, without HTTP. */
  readonly queueCalls: (place: Place) => QueueCalls;
  /** Moves the clock of the services forward: visibility, delays, retention and what else waits for a time. */
  advance(milliseconds: number): void;
  /** Milliseconds since the epoch, by the clock of the services. */
  now(): number;
  /** Ends long polls at once, lets other requests finish for a moment, and frees the port. */
  close(): Promise<void>;
}

/** The server could not take its port. */
export class PortUnavailable extends Error {
  readonly port: number;

  constructor(port: number, cause: Error) {
    super(
      `cannot listen on port ${port} of ${LOOPBACK}: ${reason(cause)}; stop what uses it, choose another port, or pass ` +
        "port 0 for any free one",
      { cause },
    );
    this.name = "PortUnavailable";
    this.port = port;
  }
}

function reason(cause: Error): string {
  const code = "code" in cause ? cause.code : undefined;
  if (code === "EADDRINUSE") {
    return "another program uses it";
  }
  return code === "EACCES" ? "this user may not use it" : cause.message;
}

/**
 * Serves an engine's SQS, SNS, S3 and DynamoDB on loopback, one port for all, to any SDK, the AWS CLI and other languages. The
 * service, region and account of a request are read from its signature's scope; the signature is not verified, and there is no
 * authorization beyond the policies that the engine itself evaluates.
 *
 * @throws PortUnavailable when the port is taken; LocalError `DataInUse`, `DataInvalid` for the data directory.
 */
export async function startServer(options: ServerOptions = {}): Promise<LocalServer> {
  const { onRequest } = options;
  const serverClock = new MovableClock();
  const environment = realEnvironment(serverClock.now);
  let endpoint = "";
  const durable = await openData(options, serverClock.now, () => endpoint);
  const engine =
    durable?.engine ?? options.engine ?? new Engine({ environment, endpoint: () => endpoint, signsMessages: true });
  if (options.onFiltered !== undefined) {
    // Set now, so that nothing is told of what the journal repeated.
    engine.sns.onFiltered(options.onFiltered);
  }
  const clock = durable?.environment ?? environment;
  const closing = new AbortController();
  const host: ServiceHost = {
    engine: durable ?? engine,
    closing: closing.signal,
    now: () => clock.now(),
    onAdvance: (listener) => serverClock.onAdvance(listener),
  };
  const app = createApp({
    host,
    functions: options.functions,
    putEvent: options.putEvent,
    schedules: options.schedules,
    tasks: options.tasks ?? new TaskLog(),
    serveApi: options.serveApi,
    takeResponse: options.takeResponse,
    version: fanfareVersion(),
    problem: () => durable?.failure?.message,
    newRequestId: () => randomUuid(environment),
    onRequest: onRequest === undefined ? undefined : (entry) => ignoreFailure(() => onRequest(entry)),
  });
  const server = createServer(app);
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  try {
    await listen(server, options.port ?? 0);
  } catch (error) {
    durable?.close();
    throw error;
  }
  endpoint = `http://${LOOPBACK}:${(server.address() as AddressInfo).port}`;
  let closed: Promise<void> | undefined;
  return {
    endpoint,
    engine,
    queueCalls: (place) => directQueueCalls(host, place),
    now: () => clock.now(),
    advance: (milliseconds) => serverClock.advance(milliseconds),
    close() {
      closed ??= close(server, closing).finally(() => durable?.close());
      return closed;
    },
  };
}

async function openData(
  options: ServerOptions,
  clock: () => number,
  endpoint: () => string,
): Promise<DurableEngine | undefined> {
  const { dataDirectory: folder, repair, maximumDataBytes: maximumBytes, onWarning } = options;
  if (folder === undefined) {
    return undefined;
  }
  // Loaded only here: on Node 22 the import of node:sqlite prints an ExperimentalWarning.
  const { DurableEngine } = await import("../journal/index.ts");
  return new DurableEngine({
    folder,
    clock,
    endpoint,
    repair,
    maximumBytes,
    ...(onWarning === undefined ? {} : { onWarning }),
  });
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => reject(new PortUnavailable(port, error));
    server.once("error", fail);
    server.listen({ host: LOOPBACK, port }, () => {
      server.off("error", fail);
      resolve();
    });
  });
}

async function close(server: Server, closing: AbortController): Promise<void> {
  closing.abort();
  const done = new Promise<void>((resolve) => server.close(() => resolve()));
  // Connections with a response in progress when the server closes become idle only once it is written.
  const sweep = setInterval(() => server.closeIdleConnections(), 10);
  const cut = setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MS);
  await done;
  clearInterval(sweep);
  clearTimeout(cut);
}

function ignoreFailure(action: () => void): void {
  try {
    action();
  } catch {
    // A failing log must not fail the request that it is about.
  }
}

/** Read on demand, by the package's own name, so that it is found from the sources and from `dist` alike. */
function fanfareVersion(): string {
  const { version = "unknown" } = objectOf(createRequire(import.meta.url)("fanfare/package.json"));
  return String(version);
}
