import { GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import { type ClientPool, canonicalJson, LocalError } from "../common/index.ts";
import type { DeployedFunction, DeployedMapping } from "../deploy/index.ts";
import { functionConcurrency, isRunnable, type LocalFunction } from "../lambda/index.ts";
import {
  EventSourceMapping,
  type MappingConfiguration,
  type MappingEvent,
  QueueClient,
  validateMapping,
} from "../pollers/index.ts";

/** What all mappings of a deployment share. */
export interface MappingSetOptions {
  readonly pool: ClientPool;
  readonly functionOf: (functionName: string) => LocalFunction | undefined;
  readonly maxEnvironments: number | undefined;
  readonly onEvent: (event: MappingEvent | { type: "warning"; message: string }) => void;
}

/** A mapping that has been checked, and not started. */
export interface PreparedMapping {
  readonly mapping: EventSourceMapping;
  /** Batches at a time. */
  readonly concurrency: number;
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
  get all(): readonly EventSourceMapping[] {
    return [...this.#mappings.values()].map(({ mapping }) => mapping);
  }

  /**
   * Checks the mappings of a new deployment; nothing is started or stopped yet.
   *
   * @throws LocalError `MappingInvalid` for what Lambda would refuse.
   */
  async prepare(
    deployed: readonly DeployedMapping[],
    functions: readonly DeployedFunction[],
  ): Promise<readonly PreparedMapping[]> {
    const prepared = await Promise.all(deployed.map((each) => this.#prepare(each, functions)));
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
        each.mapping.start();
      }
    }
  }

  /**
   * Pauses or resumes a mapping until it is changed by a deployment. Resolves when its batches in flight have ended.
   *
   * @returns undefined for an id that no mapping has
   */
  async setEnabled(uuid: string, enabled: boolean): Promise<EventSourceMapping | undefined> {
    const known = this.#mappings.get(uuid);
    if (known === undefined || known.mapping.configuration.enabled === enabled) {
      return known?.mapping;
    }
    const { mapping: earlier, concurrency, fingerprint } = known;
    const { configuration } = earlier;
    const mapping = this.#create({ ...configuration, enabled }, concurrency);
    // The same fingerprint: a deployment that does not change the mapping leaves it paused.
    this.#mappings.set(uuid, { mapping, concurrency, fingerprint });
    await earlier.stop();
    mapping.start();
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
    const title = `${resource.stackName}/${resource.logicalId}`;
    const target = functions.find((each) => each.configuration.functionName === functionName)?.configuration;
    if (target === undefined) {
      const message = `${title}: ${queueArn} is not polled, because no stack of the app has the function ${functionName}`;
      this.#options.onEvent({ type: "warning", message });
      return undefined;
    }
    if (!isRunnable(target)) {
      // The deployment has told so.
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
      concurrency,
      fingerprint: canonicalJson({ ...rest, maximumConcurrency, concurrency }),
    };
  }

  async #visibilityTimeout(configuration: MappingConfiguration): Promise<number> {
    const { Attributes } = await this.#options.pool
      .for(configuration)
      .sqs.send(
        new GetQueueAttributesCommand({ QueueUrl: configuration.queueUrl, AttributeNames: ["VisibilityTimeout"] }),
      );
    return Number(Attributes?.VisibilityTimeout ?? 0);
  }

  #create(configuration: MappingConfiguration, concurrency: number): EventSourceMapping {
    const { functionName, queueArn, queueUrl } = configuration;
    const client = this.#options.pool.for(configuration).sqs;
    return new EventSourceMapping({
      configuration,
      concurrency,
      queue: new QueueClient(client, { url: queueUrl, arn: queueArn }),
      // Looked up for each batch: a reload may have replaced the function.
      invoke: async (event) => {
        const target = this.#options.functionOf(functionName);
        if (target === undefined) {
          throw new LocalError("NotFound", `the function ${functionName} has been removed`);
        }
        return target.invoke(event);
      },
      onEvent: this.#options.onEvent,
    });
  }
}
