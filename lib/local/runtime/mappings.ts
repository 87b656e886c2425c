import type { JsonObject } from "../../std/index.ts";
import type { ClientPool } from "../clients/index.ts";
import { canonicalJson, LocalError } from "../common/index.ts";
import type {
  DeployedFunction,
  DeployedMapping,
  DeployedResource,
  DeployedStreamMapping,
  Deployment,
} from "../deploy/index.ts";
import {
  type FunctionConfiguration,
  functionConcurrency,
  type Invocation,
  isRunnable,
  type LocalFunction,
} from "../lambda/index.ts";
import type { PipeConfiguration } from "../pipes/index.ts";
import {
  EventSourceMapping,
  type Mapping,
  type MappingConfiguration,
  type MappingEvent,
  QueueClient,
  validateMapping,
} from "../pollers/index.ts";
import {
  StreamMapping,
  type StreamMappingConfiguration,
  StreamReader,
  sendDiscarded,
  validateStreamMapping,
} from "../streams/index.ts";
import { newPipe, pipeFingerprint } from "./pipe-mapping.ts";
import type { StreamPositions } from "./stream-positions.ts";

/** What all mappings of a deployment share. */
export interface MappingSetOptions {
  readonly pool: ClientPool;
  readonly functionOf: (functionName: string) => LocalFunction | undefined;
  readonly maxEnvironments: number | undefined;
  readonly positions: StreamPositions;
  /** Milliseconds since the epoch, by the clock of the services. */
  readonly now: () => number;
  /** Delivers an event to the rules of a bus. */
  readonly putEvent: (event: JsonObject, busArn: string) => Promise<void>;
  /** Sends to a destination by its ARN. */
  readonly send: (targetArn: string, text: string) => Promise<void>;
  readonly onEvent: (event: MappingEvent | { type: "warning"; message: string }) => void;
}

/** A mapping that has been checked, and not started. */
export interface PreparedMapping {
  readonly mapping: Mapping;
  /** Makes the same mapping again, enabled or not. */
  readonly renew: (enabled: boolean) => Mapping;
  /** Equal for mappings that need no restart. */
  readonly fingerprint: string;
}

/** The event source mappings of a deployment, by id. */
export class MappingSet {
  readonly #mappings = new Map<string, PreparedMapping>();
  readonly #options: MappingSetOptions;

  constructor(options: MappingSetOptions) {
    this.#options = options;
  }

  /** All mappings that poll. */
  get all(): readonly Mapping[] {
    return [...this.#mappings.values()].map(({ mapping }) => mapping);
  }

  /**
   * Checks the mappings of a new deployment; nothing is started or stopped yet.
   *
   * @throws LocalError `MappingInvalid` for what Lambda would refuse.
   */
  async prepare({ mappings, streamMappings, pipes, functions }: Deployment): Promise<readonly PreparedMapping[]> {
    const prepared = await Promise.all([
      ...mappings.map((each) => this.#prepare(each, functions)),
      ...streamMappings.map((each) => this.#prepareStream(each, functions)),
      ...pipes.map((each) => this.#preparePipe(each)),
    ]);
    return prepared.filter((each) => each !== undefined);
  }

  /** Starts prepared mappings. Unchanged ones continue; changed and removed ones finish their batches in flight first. */
  async apply(prepared: readonly PreparedMapping[]): Promise<void> {
    const wanted = new Map(prepared.map((each) => [each.mapping.configuration.uuid, each]));
    const obsolete = [...this.#mappings].filter(
      ([uuid, { fingerprint }]) => wanted.get(uuid)?.fingerprint !== fingerprint,
    );
    await Promise.all(
      obsolete.map(async ([uuid, { mapping }]) => {
        await mapping.stop();
        this.#mappings.delete(uuid);
      }),
    );
    for (const [uuid, each] of wanted) {
      if (!this.#mappings.has(uuid)) {
        this.#mappings.set(uuid, each);
        await each.mapping.start();
      }
    }
  }

  /**
   * Pauses or resumes a mapping until it is changed by a deployment. Resolves when its batches in flight have ended.
   *
   * @returns undefined for an id that no mapping has
   */
  async setEnabled(uuid: string, enabled: boolean): Promise<Mapping | undefined> {
    const known = this.#mappings.get(uuid);
    if (known === undefined || known.mapping.configuration.enabled === enabled) {
      return known?.mapping;
    }
    const mapping = known.renew(enabled);
    // The same fingerprint: a deployment that does not change the mapping leaves it paused.
    this.#mappings.set(uuid, { ...known, mapping });
    await known.mapping.stop();
    await mapping.start();
    return mapping;
  }

  /** Stops all. Batches in flight finish; messages that no function has received become visible again. */
  async stop(): Promise<void> {
    await Promise.all(this.all.map((mapping) => mapping.stop()));
  }

  async #prepare(
    { configuration, resource }: DeployedMapping,
    functions: readonly DeployedFunction[],
  ): Promise<PreparedMapping | undefined> {
    const { functionName, queueArn } = configuration;
    const target = this.#targetOf({ functionName, sourceArn: queueArn, resource }, functions);
    if (target === undefined) {
      return undefined;
    }
    validateMapping(configuration, {
      fifo: queueArn.endsWith(".fifo"),
      visibilityTimeoutSeconds: await this.#visibilityTimeout(configuration),
      functionTimeoutSeconds: target.timeoutSeconds,
    });
    const available = functionConcurrency(target, this.#options.maxEnvironments);
    const concurrency = Math.min(configuration.maximumConcurrency ?? available, available);
    const { maximumConcurrency = null, ...rest } = configuration;
    return {
      mapping: this.#create(configuration, concurrency),
      renew: (enabled) => this.#create({ ...configuration, enabled }, concurrency),
      fingerprint: canonicalJson({ ...rest, maximumConcurrency, concurrency }),
    };
  }

  #prepareStream(
    { configuration, resource }: DeployedStreamMapping,
    functions: readonly DeployedFunction[],
  ): PreparedMapping | undefined {
    const { functionName, streamArn: sourceArn, onFailure = null, ...rest } = configuration;
    if (this.#targetOf({ functionName, sourceArn, resource }, functions) === undefined) {
      return undefined;
    }
    validateStreamMapping(configuration);
    return {
      mapping: this.#createStream(configuration),
      renew: (enabled) => this.#createStream({ ...configuration, enabled }),
      fingerprint: canonicalJson({ ...rest, functionName, sourceArn, onFailure }),
    };
  }

  #preparePipe(pipe: PipeConfiguration): PreparedMapping {
    const create = (enabled: boolean) => newPipe({ ...pipe, source: { ...pipe.source, enabled } }, this.#options);
    return { mapping: create(pipe.source.enabled), renew: create, fingerprint: pipeFingerprint(pipe) };
  }

  /** The function of a mapping; undefined where it is not here or cannot run. */
  #targetOf(
    { functionName, sourceArn, resource }: { functionName: string; sourceArn: string; resource: DeployedResource },
    functions: readonly DeployedFunction[],
  ): FunctionConfiguration | undefined {
    const target = functions.find((each) => each.configuration.functionName === functionName)?.configuration;
    if (target === undefined) {
      const title = `${resource.stackName}/${resource.logicalId}`;
      const message = `${title}: ${sourceArn} is not polled, because no stack of the app has the function ${functionName}`;
      this.#options.onEvent({ type: "warning", message });
    }
    // The deployment has told of a function that cannot run.
    return target !== undefined && isRunnable(target) ? target : undefined;
  }

  async #visibilityTimeout(configuration: MappingConfiguration): Promise<number> {
    const { Attributes } = await this.#options.pool
      .queueCalls(configuration)
      .getQueueAttributes({ QueueUrl: configuration.queueUrl, AttributeNames: ["VisibilityTimeout"] });
    return Number(Attributes?.VisibilityTimeout ?? 0);
  }

  #create(configuration: MappingConfiguration, concurrency: number): EventSourceMapping {
    const { functionName, queueArn, queueUrl } = configuration;
    return new EventSourceMapping({
      configuration,
      concurrency,
      queue: new QueueClient(this.#options.pool.queueCalls(configuration), { url: queueUrl, arn: queueArn }),
      invoke: (_records, json) => this.#invoke(functionName, json),
      onEvent: this.#options.onEvent,
    });
  }

  #createStream(configuration: StreamMappingConfiguration): StreamMapping {
    const { uuid, functionName, streamArn } = configuration;
    const { pool, positions, now } = this.#options;
    return new StreamMapping({
      configuration,
      reader: new StreamReader(pool.for(configuration).dynamoDbStreams, streamArn),
      invoke: (event) => this.#invoke(functionName, JSON.stringify(event)),
      position: () => positions.get(uuid, streamArn),
      savePosition: (position) => positions.set(uuid, streamArn, position),
      discard: (batch) => sendDiscarded(this.#options, configuration, batch, now()),
      now,
      onEvent: this.#options.onEvent,
    });
  }

  /** Looks the function up for each batch: a reload may have replaced it. */
  async #invoke(functionName: string, json: string): Promise<Invocation> {
    const target = this.#options.functionOf(functionName);
    if (target === undefined) {
      throw new LocalError("NotFound", `the function ${functionName} has been removed`);
    }
    return target.invokeJson(json);
  }
}
