import type { Guarantee } from "../../consume/index.ts";
import type { MemoryAws } from "../clients/index.ts";
import type { DeployedSubscriber, Deployment } from "./deployment.ts";
import type { Effects } from "./effects.ts";
import type { Case, QueuedMessage } from "./entities.ts";
import type { History } from "./history.ts";
import type { Ledger } from "./ledger.ts";
import type { Finding } from "./rules/finding.ts";

/** What a {@link Book} needs. */
export interface BookOptions {
  readonly aws: MemoryAws;
  readonly deployment: Deployment;
  readonly ledger: Ledger;
  readonly history: History;
  readonly effects: Effects;
  /** The CloudEvents source of the publisher. */
  readonly source: string;
  /** By how much the clocks of workers may differ from true time, in milliseconds. */
  readonly maxSkewMs: number;
  /** The publisher's attempts per event. */
  readonly maxAttempts: number;
  readonly now: () => number;
}

/** The record of a run: what is known, the history, and the first rule that was broken. */
export class Book {
  readonly options: BookOptions;
  readonly ledger: Ledger;
  #finding: Finding | undefined;

  constructor(options: BookOptions) {
    this.options = options;
    this.ledger = options.ledger;
  }

  get finding(): Finding | undefined {
    return this.#finding;
  }

  report(finding: Finding | undefined): void {
    if (finding === undefined || this.#finding !== undefined) {
      return;
    }
    this.#finding = finding;
    this.note("CHECK", `${finding.rule}: ${finding.message}`, finding.event, finding.subscriber);
  }

  note(actor: string, text: string, event?: string, subscriber?: string): void {
    this.options.history.add(actor, text, { event, subscriber });
  }

  /** The subscriber whose `field` has the value. */
  deployedBy(field: "name" | "queueArn" | "queueUrl" | "deadLetterQueueArn" | "deadLetterQueueUrl", value: string) {
    return this.options.deployment.subscribers.find((deployed) => deployed[field] === value);
  }

  message(deployed: DeployedSubscriber, messageId: string, body: string): QueuedMessage | undefined {
    return this.ledger.message(deployed.name, messageId, body);
  }

  /** How often the effects that the event's handlers commit are in the table; `undefined` where they do not commit any. */
  effectsOf({ event, subscriber }: Case): number | undefined {
    const committed = this.deployedBy("name", subscriber)?.subscriber.effects === "committed";
    return committed ? this.options.effects.count(subscriber, event.id) : undefined;
  }

  guaranteeOf(subscriber: string): Guarantee {
    return this.deployedBy("name", subscriber)?.subscriber.options?.guarantee ?? "exactly-once";
  }
}

/** Enough of a long id to recognise it in a history. */
export function short(id: string): string {
  return id.slice(0, 8);
}

/** An error in one line of a history. */
export function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}`.slice(0, 120) : String(error);
}
