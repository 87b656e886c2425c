import { describeError } from "../../errors/index.ts";
import type { CreatedStep, PublicationInfo, PublishedStep, Step } from "../../hook/index.ts";
import { isJsonObject } from "../../std/index.ts";

/** One event that a function published, or could not publish, as its publisher told an observer of the local runtime. */
export interface PublishedEvent {
  /** The CloudEvents id. */
  readonly eventId: string;
  /** Name of the event in its contract. */
  readonly event: string;
  /** ARN of the topic, or URL of the queue. */
  readonly target: string;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  /** The id that SNS or SQS gave; `undefined` where the event was not published. */
  readonly messageId?: string | undefined;
  readonly correlationId?: string | undefined;
  readonly causationId?: string | undefined;
  readonly traceparent?: string | undefined;
  readonly error?: { readonly name: string; readonly message: string } | undefined;
}

/** Characters of an error's message: what passes between processes is shown to people. */
const MAX_MESSAGE = 1_000;

/** Makes one {@link PublishedEvent} of the steps of a publication. One whose event was never composed has no id, and is left out. */
export class PublicationSteps {
  readonly #created = new WeakMap<PublicationInfo, CreatedStep>();

  /** @returns the event, with the last step of its publication */
  take(step: Step): PublishedEvent | undefined {
    if (step.type === "created") {
      this.#created.set(step.publication, step);
    }
    const created = step.type === "published" ? this.#created.get(step.publication) : undefined;
    return created === undefined || step.type !== "published" ? undefined : publishedEvent(created, step);
  }
}

function publishedEvent(created: CreatedStep, { publication, at, messageId, error }: PublishedStep): PublishedEvent {
  const { id, correlationId, causationId, traceparent } = created;
  const { name, message } = describeError(error);
  return {
    eventId: id,
    event: publication.event,
    target: publication.target,
    at,
    messageId,
    correlationId,
    causationId,
    traceparent,
    error: error === undefined ? undefined : { name, message: message.slice(0, MAX_MESSAGE) },
  };
}

/** Whether what came from another process is a published event. A handler can write to the channel too. */
export function isPublishedEvent(value: unknown): value is PublishedEvent {
  return (
    isJsonObject(value) &&
    ["eventId", "event", "target"].every((name) => typeof value[name] === "string") &&
    typeof value.at === "number" &&
    ["messageId", "correlationId", "causationId", "traceparent"].every(
      (name) => value[name] === undefined || typeof value[name] === "string",
    ) &&
    (value.error === undefined || isJsonObject(value.error))
  );
}
