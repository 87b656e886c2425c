import { randomUUID } from "node:crypto";
import { createPublisher, type Publisher, s3PayloadStore } from "fanfare";
import { trial as contract } from "../app/contract.ts";
import type { Clients } from "./support/clients.ts";

/** The consumers of the suite's stack. */
export type ConsumerName = "Sequence" | "Mirror" | "Everything" | "Dear" | "Inbox" | "Shelf" | "Work";

/** The suite's stack, deployed and running on a target. */
export interface Trial {
  readonly clients: Clients;
  /** Publishes on the FIFO topic. */
  readonly publishOrdered: Publisher<typeof contract>;
  /** Publishes on the standard topic; large bodies go to S3. */
  readonly publishFanned: Publisher<typeof contract>;
  /** Sends to the work queue. */
  readonly publishWork: Publisher<typeof contract>;
  /** An output of the stack. @throws Error when there is none of that name */
  output(name: string): string;
  queueUrl(consumer: ConsumerName): string;
  deadLetterQueueUrl(consumer: ConsumerName): string;
  /** A name that nothing else in this run has. */
  unique(name: string): string;
}

/** The payload of an event of the suite that succeeds, with what differs. */
export function note(subject: string, more: Partial<Note> = {}): Note {
  return { subject, step: 0, region: "us", total: 1, behaviour: "succeed", text: subject, ...more };
}

/** What the suite publishes: the contract's event `Noted`. */
export interface Note {
  readonly subject: string;
  readonly step: number;
  readonly region: "eu" | "us";
  readonly total: number;
  readonly behaviour: "succeed" | "fail twice" | "permanent" | "switch";
  readonly text: string;
}

/** Makes publishers for a deployed stack. */
export function openTrial(clients: Clients, outputs: Readonly<Record<string, string>>): Trial {
  const output = (name: string) => {
    const value = outputs[name];
    if (value === undefined) {
      throw new Error(`the stack has no output ${name}`);
    }
    return value;
  };
  const publisher = (target: string, payloads?: { bucket: string; prefix: string }) =>
    createPublisher(contract, {
      target,
      clients,
      ...(payloads === undefined ? {} : { payloads: s3PayloadStore({ location: payloads, client: clients.s3 }) }),
    });
  return {
    clients,
    publishOrdered: publisher(output("OrderedTopicArn")),
    publishFanned: publisher(output("FannedTopicArn"), { bucket: output("PayloadBucketName"), prefix: "trial/" }),
    publishWork: publisher(output("WorkQueueUrl")),
    output,
    queueUrl: (consumer) => output(`${consumer}QueueUrl`),
    deadLetterQueueUrl: (consumer) => output(`${consumer}DeadLetterQueueUrl`),
    unique: (name) => `${name}-${randomUUID().slice(0, 8)}`,
  };
}
