import { isJsonObject, type JsonObject } from "../../std/index.ts";
import type { ClientPool } from "../clients/index.ts";
import { describeError } from "../common/index.ts";
import type { Deployment } from "../deploy/index.ts";
import { type CreatedSchedules, EventBridge } from "../events/index.ts";
import { AsyncInvocations, functionNameOf, type LocalFunction } from "../lambda/index.ts";
import type { LocalServer } from "../server/index.ts";
import { TargetSender } from "../targets/index.ts";
import { passOn } from "./handed-over.ts";
import type { RuntimeEvent } from "./options.ts";

/** What {@link Background} works with. */
export interface BackgroundOptions {
  readonly pool: ClientPool;
  /** Undefined with an endpoint of someone else: its services deliver themselves. */
  readonly server: LocalServer | undefined;
  readonly functionOf: (functionName: string) => LocalFunction | undefined;
  readonly onEvent: (event: RuntimeEvent) => void;
}

/**
 * What happens without a request that waits for it: asynchronous invocations (of topics, buckets, rules and the API), events of
 * EventBridge, and schedules.
 */
export class Background {
  readonly #options: BackgroundOptions;
  readonly #invocations: AsyncInvocations;
  readonly #bridge: EventBridge;
  readonly #sender: TargetSender;
  readonly #stopPassing: () => void;
  #deployment: Deployment | undefined;

  constructor(options: BackgroundOptions) {
    this.#options = options;
    const { pool, server, functionOf, onEvent } = options;
    this.#sender = new TargetSender({ pool, invokeLater: (name, payload) => this.invokeLater(name, payload) });
    const onProblem = (message: string): void => onEvent({ type: "warning", message });
    this.#invocations = new AsyncInvocations({
      functionOf,
      configurationOf: (name) =>
        this.#deployment?.asyncConfigurations.find(({ functionName }) => functionName === name),
      send: (targetArn, text, attributes) => this.#sender.send(targetArn, text, { attributes }),
      onResult: (result) => onEvent({ type: "invocation", ...result }),
      onProblem,
    });
    this.#bridge = new EventBridge({
      now: () => server?.now() ?? Date.now(),
      send: (targetArn, text, more) => this.#sender.send(targetArn, text, more),
      onProblem,
    });
    this.#stopPassing =
      server === undefined
        ? () => {}
        : passOn(server, {
            invokeLater: (functionArn, event) => this.#invokeForService(functionArn, event),
            putEvent: (event) => {
              if (isJsonObject(event)) {
                void this.putEvent(event);
              }
            },
            onOutside: (outside) => onEvent({ type: "outside", ...outside }),
          });
  }

  /** Invocations, retries and deliveries that are not finished. */
  get pending(): number {
    return this.#invocations.pending + this.#bridge.pending;
  }

  /** Schedules that the app creates while it runs. */
  get schedules(): CreatedSchedules {
    return this.#bridge.created;
  }

  /** Takes the rules, schedules and configurations of a new deployment. */
  apply(deployment: Deployment): void {
    this.#deployment = deployment;
    this.#bridge.apply(deployment.rules, deployment.schedules);
  }

  /** Accepts an event for a function. @throws LocalError `NotFound` */
  invokeLater(functionName: string, payload: unknown): void {
    this.#invocations.start(functionName, payload);
  }

  /** Sends to a queue, a topic or a function, by its ARN. */
  send(targetArn: string, text: string): Promise<void> {
    return this.#sender.send(targetArn, text);
  }

  /** Delivers an event to the rules of a bus. Never rejects. */
  putEvent(event: JsonObject, bus?: string): Promise<void> {
    return this.#bridge.put(event, bus);
  }

  /** The clock has been moved: runs what became due. */
  clockMoved(): void {
    this.#bridge.clockMoved();
  }

  /** Nothing new is started from now on. */
  close(): void {
    this.#stopPassing();
    this.#bridge.close();
    this.#invocations.close();
  }

  /** A service does not wait, and nobody gets its error: it is told as a warning. */
  #invokeForService(functionArn: string, event: unknown): void {
    try {
      this.invokeLater(functionNameOf(functionArn), event);
    } catch (error) {
      this.#options.onEvent({ type: "warning", message: describeError(error) });
    }
  }
}
