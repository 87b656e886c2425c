import { handledEvent, type PublicationInfo } from "../hook/index.ts";
import type { WireMessage } from "../wire/index.ts";
import type { PublisherSettings, PublishOptions } from "./options.ts";

/** One call of `publish`: what observers are told of it, and what it takes over from the event whose handler makes it. */
export class Publication implements PublicationInfo {
  readonly contract: string;
  readonly event: string;
  readonly target: string;
  readonly traceparent: string | undefined;
  readonly #settings: PublisherSettings;
  readonly #startedAt: number;

  constructor(contract: string, event: string, { traceparent }: PublishOptions, settings: PublisherSettings) {
    this.contract = contract;
    this.event = event;
    this.target = settings.target;
    this.traceparent = traceparent;
    this.#settings = settings;
    this.#startedAt = settings.clock.now();
  }

  /** The options with the ids of the event that is being handled, and the trace context of that or of an observer. Given values win. */
  related(options: PublishOptions): PublishOptions {
    const { correlation, hook } = this.#settings;
    const cause = correlation ? handledEvent() : undefined;
    const observed = hook?.ask((observer) => observer.traceContextOf?.(this)).at(-1);
    if (cause === undefined && observed === undefined) {
      return options;
    }
    // A state belongs to its parent: the two are taken from one place.
    const { traceparent, tracestate } = options.traceparent === undefined ? (observed ?? cause ?? options) : options;
    const correlationId = options.correlationId ?? cause?.correlationId ?? cause?.id;
    const causationId = options.causationId ?? cause?.id;
    return Object.assign({}, options, { traceparent, tracestate, correlationId, causationId });
  }

  /** Tells that the event's message was composed. */
  created({ id, eventType }: WireMessage, bytes: number, bufferedBytes: number, options: PublishOptions): void {
    const { hook, source } = this.#settings;
    const { correlationId, causationId, traceparent } = options;
    hook?.tell({
      type: "created",
      ...this.#time(),
      publication: this,
      ...{ id, eventType, source, bytes, bufferedBytes, correlationId, causationId, traceparent },
    });
  }

  /** Stores a large body, and tells how that ended. @throws what `store` throws */
  async offloaded<Pointer>(bytes: number, store: () => Promise<Pointer>): Promise<Pointer> {
    const { hook } = this.#settings;
    return await (hook === undefined
      ? store()
      : hook.timed(store, ({ at, durationMs, error }) => {
          return { type: "offloaded", at, durationMs, publication: this, bytes, error };
        }));
  }

  /** Tells how the call ended. */
  published({ id, messageId }: { readonly id?: string; readonly messageId?: string }, error: unknown): void {
    this.#settings.hook?.tell({ type: "published", ...this.#time(), publication: this, id, messageId, error });
  }

  #time(): { readonly at: number; readonly durationMs: number } {
    const at = this.#settings.clock.now();
    return { at, durationMs: at - this.#startedAt };
  }
}
