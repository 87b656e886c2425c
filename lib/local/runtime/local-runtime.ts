import { setTimeout as delay } from "node:timers/promises";
import type { JsonObject } from "../../std/index.ts";
import { ClientPool } from "../clients/index.ts";
import { DEFAULT_ACCOUNT_ID, DEFAULT_REGION, LocalError } from "../common/index.ts";
import { type Deployment, deploy, readAssembly, removeObsolete } from "../deploy/index.ts";
import { functionNameOf, type LocalFunction } from "../lambda/index.ts";
import type { MappingStats } from "../pollers/index.ts";
import { AppHttp } from "./app-http.ts";
import { Background } from "./background.ts";
import { FunctionSet } from "./functions.ts";
import { type InvokeResult, toResult } from "./invoke-result.ts";
import { MappingSet } from "./mappings.ts";
import type { LocalRuntimeOptions } from "./options.ts";
import type { RuntimeParts } from "./parts.ts";
import { whenQuiet } from "./quiet.ts";
import { selectStacks } from "./select-stacks.ts";
import { StreamPositions } from "./stream-positions.ts";

/** How long {@link LocalRuntime.close} waits for batches in flight before it ends their processes. */
const CLOSE_GRACE_MS = 10_000;

/** A cloud assembly that runs on this machine. Made by {@link startLocalRuntime}. */
export class LocalRuntime {
  /** Endpoint of SQS, SNS and S3 for handlers and pollers, and of DynamoDB where no other is given. */
  readonly endpoint: string;
  /** Where the embedded server itself listens; differs from `endpoint` where clients go through a proxy. */
  readonly serverEndpoint: string | undefined;
  readonly dynamoDbEndpoint: string;
  /** The responses to tasks of Step Functions: `runtime.tasks.responses`. */
  readonly tasks: RuntimeParts["tasks"];
  /** What the embedded server passes on to the app. */
  readonly http: AppHttp;
  /** The event source mappings, to be paused and resumed. */
  readonly mappings: MappingSet;
  readonly #options: LocalRuntimeOptions;
  readonly #parts: RuntimeParts;
  readonly #pool: ClientPool;
  readonly #functions: FunctionSet;
  /** The functions of custom resources: they run while the app is deployed, before its other functions do. */
  readonly #providers: FunctionSet;
  readonly #background: Background;
  #deployment: Deployment | undefined;
  #reloading: Promise<unknown> = Promise.resolve();
  #closed: Promise<void> | undefined;

  constructor(options: LocalRuntimeOptions, parts: RuntimeParts) {
    this.endpoint = parts.endpoint;
    this.dynamoDbEndpoint = parts.dynamoDbEndpoint;
    this.tasks = parts.tasks;
    this.serverEndpoint = parts.server?.endpoint;
    this.#options = options;
    this.#parts = parts;
    this.#pool = new ClientPool(this, parts.directCalls);
    this.#functions = new FunctionSet({ ...options, endpoints: this, watchdog: parts.watchdog });
    this.#providers = new FunctionSet({ ...options, endpoints: this, watchdog: parts.watchdog });
    this.http = new AppHttp({
      deployment: () => this.#deployment,
      invoke: this.invoke.bind(this),
      schedules: () => this.#background.schedules,
      invokeProvider: (configuration, event) => this.#providers.with(configuration).invoke(event),
    });
    this.mappings = new MappingSet({
      pool: this.#pool,
      functionOf: (name) => this.#functions.get(name),
      maxEnvironments: options.maxEnvironments,
      positions: new StreamPositions(options.dataDirectory),
      now: () => parts.server?.now() ?? Date.now(),
      putEvent: (event, busArn) => this.#background.putEvent(event, busArn),
      send: (targetArn, text) => this.#background.send(targetArn, text),
      onEvent: (event) => options.onEvent?.(event),
    });
    this.#background = new Background({
      pool: this.#pool,
      server: parts.server,
      functionOf: (name) => this.#functions.get(name),
      onEvent: (event) => options.onEvent?.(event),
    });
  }

  /** What the templates have become: resources by logical id or construct path, outputs, warnings. */
  get deployment(): Deployment {
    if (this.#deployment === undefined) {
      throw new LocalError("Closed", "nothing has been deployed yet: call reload() first");
    }
    return this.#deployment;
  }

  /** Counts of each event source mapping. */
  get stats(): readonly MappingStats[] {
    return this.mappings.all.map(({ stats }) => stats);
  }

  /** Ids of all processes that this runtime has started and that are running. */
  get pids(): readonly number[] {
    const { pid } = this.#parts.watchdog;
    return [...this.#functions.pids, ...this.#providers.pids, ...(pid === undefined ? [] : [pid])];
  }

  /**
   * Runs a function with a payload, as a synchronous invocation of Lambda would.
   *
   * @param target logical id, construct path, name or ARN of the function.
   * @throws LocalError `NotFound`, `InvokeRefused`. An error of the handler is a result.
   */
  async invoke(target: string, payload: unknown): Promise<InvokeResult> {
    return toResult(await this.#functionOf(target).invoke(payload));
  }

  /**
   * The physical name of a function.
   *
   * @param target logical id, construct path, name or ARN.
   * @throws LocalError `NotFound`
   */
  functionName(target: string): string {
    return this.#functionOf(target).configuration.functionName;
  }

  /**
   * Starts a function as an asynchronous invocation of Lambda does: it is tried again when it fails, and its destinations get the
   * result.
   *
   * @param target logical id, construct path, name or ARN of the function.
   * @throws LocalError `NotFound`
   */
  invokeLater(target: string, payload: unknown): void {
    this.#background.invokeLater(this.functionName(target), payload);
  }

  /**
   * Delivers an event of EventBridge to the targets of the rules that match it. Resolves when all have it.
   *
   * @param event as targets get it, with `source`, `detail-type` and `detail`.
   * @param bus name or ARN. Default: the default bus.
   */
  putEvent(event: JsonObject, bus?: string): Promise<void> {
    return this.#background.putEvent(event, bus);
  }

  /**
   * Resolves when no queue with a mapping holds a message (visible, in flight or delayed), no stream with a mapping has a record that was not
   * read, and no function runs.
   *
   * @param options.timeoutMs default 30,000.
   * @throws LocalError `NotQuiet` at the deadline, with a table of the messages that wait.
   */
  whenQuiet(options: { timeoutMs?: number } = {}): Promise<void> {
    return whenQuiet({
      mappings: () => this.mappings.all,
      activeInvocations: () => this.#functions.activeInvocations + this.#background.pending,
      timeoutMs: options.timeoutMs ?? 30_000,
    });
  }

  /**
   * Moves the clock of the embedded services forward: visibility timeouts, delays, retention, lifecycle rules and schedules. Handlers,
   * publishers and idempotency stores keep the system's clock.
   *
   * @throws LocalError `Unsupported` for the services of another endpoint
   */
  advance(milliseconds: number): void {
    if (!(Number.isFinite(milliseconds) && milliseconds >= 0)) {
      throw new RangeError(`the clock cannot be moved by ${milliseconds} ms: give a number from 0`);
    }
    const { server } = this.#parts;
    if (server === undefined) {
      throw new LocalError(
        "Unsupported",
        `the clock of ${this.endpoint} cannot be moved: only that of the embedded services can`,
      );
    }
    server.advance(milliseconds);
    this.#background.clockMoved();
  }

  /**
   * Deploys a new assembly: updates what has changed, replaces the bundles of functions, removes what is gone. When it fails,
   * functions and mappings stay as they were. Calls are run one after the other.
   *
   * @param rebuilt folders that take the place of the assembly's assets, by their names (`asset.<hash>`)
   */
  reload(assembly: string = this.#options.assembly, rebuilt?: ReadonlyMap<string, string>): Promise<Deployment> {
    const run = this.#reloading.then(() => this.#reload(assembly, rebuilt));
    this.#reloading = run.catch(() => {});
    return run;
  }

  /**
   * Stops polling, lets batches in flight finish, then ends all processes and servers that the runtime has started. Calling it
   * again does nothing.
   *
   * @param options.graceMs how long batches in flight may take, in milliseconds. Default 10,000; 0 ends them at once.
   */
  close(options: { graceMs?: number } = {}): Promise<void> {
    this.#closed ??= this.#close(options.graceMs ?? CLOSE_GRACE_MS);
    return this.#closed;
  }

  async #reload(assembly: string, rebuilt?: ReadonlyMap<string, string>): Promise<Deployment> {
    if (this.#closed !== undefined) {
      throw new LocalError("Closed", "the local runtime has been closed: start a new one with startLocalRuntime()");
    }
    const { region = DEFAULT_REGION, accountId = DEFAULT_ACCOUNT_ID, parameters } = this.#options;
    const deployment = await deploy({
      stacks: selectStacks(readAssembly(assembly, rebuilt), this.#options.stacks),
      pool: this.#pool,
      place: { region, accountId },
      parameters,
      customResources: this.#parts.server && this.http.customResources,
      previous: this.#deployment,
    });
    const known = new Set(this.#deployment?.warnings);
    for (const message of deployment.warnings.filter((warning) => !known.has(warning))) {
      this.#options.onEvent?.({ type: "warning", message });
    }
    const mappings = await this.mappings.prepare(deployment);
    await this.#functions.apply(deployment.functions);
    await this.mappings.apply(mappings);
    this.#background.apply(deployment);
    this.#deployment = deployment;
    for (const message of await removeObsolete(deployment.obsolete, this.#pool, this.http.customResources)) {
      this.#options.onEvent?.({ type: "warning", message });
    }
    return deployment;
  }

  #functionOf(target: string): LocalFunction {
    const { physicalId } = this.deployment.find(functionNameOf(target), "AWS::Lambda::Function");
    const found = this.#functions.get(physicalId);
    if (found === undefined) {
      throw new LocalError("NotFound", `the function ${physicalId} is not deployed`);
    }
    return found;
  }

  async #close(graceMs: number): Promise<void> {
    await this.#reloading;
    this.#background.close();
    const stopped = this.mappings.stop();
    const cancel = new AbortController();
    await Promise.race([stopped, delay(graceMs, undefined, { signal: cancel.signal }).catch(() => {})]);
    cancel.abort();
    await Promise.all([this.#functions.close(), this.#providers.close()]);
    await stopped;
    this.#pool.close();
    const { server, watchdog } = this.#parts;
    await server?.close();
    await watchdog.close();
  }
}
