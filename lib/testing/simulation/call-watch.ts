import type { Message, SendMessageBatchRequestEntry } from "@aws-sdk/client-sqs";
import type { Call } from "../clients/index.ts";
import { type Book, describe, short } from "./book.ts";
import { type DeployedSubscriber, IDEMPOTENCY_TABLE, PAYLOADS } from "./deployment.ts";
import type { Invocation, PublishedEvent } from "./entities.ts";
import type { FaultKind } from "./faults.ts";
import { sourceOf } from "./letter-source.ts";
import type { NetworkListener } from "./network.ts";
import { releasedKeys } from "./released-keys.ts";
import { checkDeadLetter, checkMove } from "./rules/dead-letter-rules.ts";
import { checkArrival } from "./rules/publish-rules.ts";
import type { StoreWatch, Writing } from "./store-watch.ts";
import { VisibilityChanges } from "./visibility-changes.ts";
import type { Worker } from "./worker.ts";

interface BatchOutput {
  readonly Successful?: readonly { readonly Id?: string }[];
}

/** Told what pollers' calls did to their queues. */
export interface QueueListener {
  onReceived(deployed: DeployedSubscriber, messageId: string, receipt: string, body: string, count: string): void;
  onDeleted(deployed: DeployedSubscriber, receiptHandle: string): void;
}

/** Observes the effects of calls: what the topic accepts, what queues give and receive, how the store's records change. */
export class CallWatch implements NetworkListener {
  readonly #book: Book;
  readonly #queues: QueueListener;
  /** The call that is having its effect. */
  #current: Writing | undefined;
  readonly #visibility = new VisibilityChanges();
  #publisherFailures = 0;

  constructor(book: Book, store: StoreWatch, queues: QueueListener) {
    this.#book = book;
    this.#queues = queues;
    book.options.aws.dynamodb.onWrite((table, key, item, before) => {
      if (table === IDEMPOTENCY_TABLE) {
        store.written(key, item, before, this.#current);
      }
    });
    book.options.aws.engine.sqs.onChange((arn) => this.#deadLettersChanged(arn));
  }

  /** Failed calls, and failed entries of calls, of publishers. */
  get publisherFailures(): number {
    return this.#publisherFailures;
  }

  onCall(invocations: readonly Invocation[], call: Call): void {
    for (const key of releasedKeys(call)) {
      const entry = this.#book.ledger.caseOfKey(key);
      if (entry !== undefined) {
        for (const { releases } of invocations) {
          releases.add(entry);
        }
      }
    }
  }

  onArrival(invocations: readonly Invocation[], worker: Worker, call: Call): void {
    this.#current = { invocations, worker, operation: call.operation };
    if (call.operation === "GetObject") {
      this.#fetching(invocations, String(call.input.Bucket), String(call.input.Key));
    }
  }

  onEffect(invocations: readonly Invocation[], worker: Worker, call: Call, output: object, late: boolean): void {
    this.#current = undefined;
    switch (call.operation) {
      case "ChangeMessageVisibilityBatch":
        for (const message of this.#visibility.shownBy(invocations, call, late)) {
          // When it is received next is not up to its consumer any more.
          message.failedAt = undefined;
        }
        break;
      case "PutObject":
        this.#book.ledger.stored(String(call.input.Key), Buffer.from(call.input.Body as Uint8Array).toString());
        break;
      case "PublishBatch":
        this.#accepted(worker, call, output);
        break;
      case "SendMessageBatch":
        this.#deadLettered(invocations, worker, call, output);
        break;
      case "ReceiveMessage":
        this.#received(call, output);
        break;
      case "DeleteMessageBatch":
        this.#deleted(call, output);
        break;
    }
  }

  onFault(invocations: readonly Invocation[], worker: Worker, call: Call, kind: FaultKind, detail: string): void {
    worker.lastTroubleAt = this.#book.options.now();
    const text = `FAULT ${kind} at ${call.operation}${detail === "" ? "" : `, ${detail}`}`;
    this.#book.note(worker.name, text, undefined, invocations[0]?.subscriber);
  }

  onFailure(invocations: readonly Invocation[], worker: Worker, call: Call, error: unknown): void {
    this.#failed(invocations, worker);
    for (const invocation of invocations) {
      invocation.failedCalls += 1;
    }
    for (const event of this.#eventsIn(call, () => true)) {
      event.failedTries += 1;
    }
    const text = `${call.operation} failed: ${describe(error)}`;
    this.#book.note(worker.name, text, undefined, invocations[0]?.subscriber);
  }

  onEntriesFailed(
    invocations: readonly Invocation[],
    worker: Worker,
    call: Call,
    entries: number,
    output: object,
  ): void {
    this.#failed(invocations, worker);
    for (const invocation of invocations) {
      invocation.failedEntries += entries;
    }
    const { Successful = [] }: BatchOutput = output;
    const accepted = new Set(Successful.map(({ Id }) => Id));
    for (const event of this.#eventsIn(call, (id) => !accepted.has(id))) {
      event.failedTries += 1;
    }
  }

  #failed(invocations: readonly Invocation[], worker: Worker): void {
    const now = this.#book.options.now();
    worker.lastTroubleAt = now;
    for (const invocation of invocations) {
      invocation.lastFailureAt = now;
    }
    if (invocations.length === 0) {
      this.#publisherFailures += 1;
    }
  }

  /** The events that a call was to bring to the topic. */
  #eventsIn(call: Call, isMeant: (entryId: string | undefined) => boolean): PublishedEvent[] {
    if (call.operation !== "PublishBatch") {
      return [];
    }
    const entries = call.input.PublishBatchRequestEntries as readonly { Id?: string; Message?: string }[];
    return entries
      .filter(({ Id }) => isMeant(Id))
      .flatMap(({ Message = "" }) => this.#book.ledger.eventOfBody(Message) ?? []);
  }

  #accepted(worker: Worker, call: Call, output: BatchOutput): void {
    const accepted = new Set((output.Successful ?? []).map(({ Id }) => Id));
    for (const event of this.#eventsIn(call, (id) => accepted.has(id))) {
      const first = event.sequence === undefined;
      const earlier = this.#book.ledger.accepted(event);
      this.#book.note(worker.name, first ? "accepted by the topic" : "accepted by the topic again", event.id);
      if (first && worker.name.startsWith("publisher") && call.input.TopicArn?.toString().endsWith(".fifo")) {
        this.#book.report(checkArrival(event, earlier));
      }
    }
  }

  /** A consumer fetches a payload: only from where it may. */
  #fetching(invocations: readonly Invocation[], bucket: string, key: string): void {
    if (bucket === PAYLOADS.bucket && key.startsWith(PAYLOADS.prefix)) {
      return;
    }
    this.#book.report({
      rule: "payloads-allowed",
      message: `a pointer to s3://${bucket}/${key} was followed`,
      subscriber: invocations[0]?.subscriber,
    });
  }

  #received(call: Call, { Messages = [] }: { readonly Messages?: readonly Message[] }): void {
    const deployed = this.#book.deployedBy("queueUrl", String(call.input.QueueUrl));
    if (deployed === undefined) {
      return;
    }
    for (const { MessageId = "", ReceiptHandle = "", Body = "", Attributes } of Messages) {
      const count = Attributes?.ApproximateReceiveCount ?? "";
      this.#queues.onReceived(deployed, MessageId, ReceiptHandle, Body, count);
    }
  }

  #deleted(call: Call, { Successful = [] }: BatchOutput): void {
    const deployed = this.#book.deployedBy("queueUrl", String(call.input.QueueUrl));
    const entries = call.input.Entries as readonly { Id?: string; ReceiptHandle?: string }[];
    if (deployed === undefined) {
      return;
    }
    for (const { Id } of Successful) {
      this.#queues.onDeleted(deployed, entries.find((entry) => entry.Id === Id)?.ReceiptHandle ?? "");
    }
  }

  #deadLettered(invocations: readonly Invocation[], worker: Worker, call: Call, output: BatchOutput): void {
    const deployed = this.#book.deployedBy("deadLetterQueueUrl", String(call.input.QueueUrl));
    const [first] = invocations;
    if (deployed === undefined || first === undefined) {
      return;
    }
    const entries = call.input.Entries as readonly SendMessageBatchRequestEntry[];
    for (const { Id } of output.Successful ?? []) {
      const deadLetter = entries.find((entry) => entry.Id === Id);
      const source = sourceOf(deadLetter?.MessageBody, invocations);
      if (deadLetter === undefined || source === undefined) {
        const text = `a dead letter has a body that no record has: ${deadLetter?.MessageBody?.slice(0, 80)}`;
        this.#book.report({ rule: "dead-letter-complete", message: text, subscriber: deployed.name });
        continue;
      }
      const { message, record } = source;
      message.case.letters.set(worker, (message.case.letters.get(worker) ?? 0) + 1);
      message.case.deadLettered = true;
      const text = `dead-letter queue received ${short(message.id)}`;
      this.#book.note(worker.name, text, message.case.event.id, deployed.name);
      this.#book.report(checkDeadLetter(record, message, deadLetter));
    }
  }

  /** SQS itself moves messages that were received too often. */
  #deadLettersChanged(arn: string): void {
    const deployed = this.#book.deployedBy("deadLetterQueueArn", arn);
    if (deployed === undefined) {
      return;
    }
    for (const deadLetter of this.#book.options.aws.engine.sqs.inspect(arn)) {
      if (deadLetter.deadLetterSourceArn !== deployed.queueArn) {
        continue;
      }
      const message = this.#book.message(deployed, deadLetter.messageId, deadLetter.body);
      if (message === undefined || message.movedBySqs) {
        continue;
      }
      message.movedBySqs = true;
      message.case.deadLetteredBySqs = true;
      const text = `moved ${short(message.id)} to the dead-letter queue`;
      this.#book.note("sqs", text, message.case.event.id, deployed.name);
      this.#book.report(checkMove(message));
    }
  }
}
