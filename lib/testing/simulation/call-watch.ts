import type { SendMessageBatchRequestEntry } from "@aws-sdk/client-sqs";
import type { Call } from "../clients/index.ts";
import type { Item } from "../dynamodb/index.ts";
import { type Book, describe, short } from "./book.ts";
import { IDEMPOTENCY_TABLE } from "./deployment.ts";
import type { Invocation } from "./entities.ts";
import type { FaultKind } from "./faults.ts";
import type { NetworkListener } from "./network.ts";
import { checkDeadLetter, checkMove } from "./rules/dead-letter-rules.ts";
import { checkCommit } from "./rules/handler-rules.ts";
import { checkArrival } from "./rules/publish-rules.ts";
import { checkRecordChange } from "./rules/store-rules.ts";
import type { Worker } from "./worker.ts";

interface BatchOutput {
  readonly Successful?: readonly { readonly Id?: string }[];
}

/** Observes the effects of calls: what the topic accepts, what dead-letter queues receive, how the store's records change. */
export class CallWatch implements NetworkListener<Invocation | undefined> {
  readonly #book: Book;
  /** The call that is having its effect. */
  #current: { readonly invocation: Invocation | undefined; readonly worker: Worker; readonly call: Call } | undefined;
  /** By the id of the invocation, with which owner tokens begin. */
  readonly #workers = new Map<string, Worker>();
  #publisherFailures = 0;

  constructor(book: Book) {
    this.#book = book;
    book.options.aws.dynamodb.onWrite((...write) => this.#written(...write));
    book.options.aws.engine.sqs.onChange((arn) => this.#deadLettersChanged(arn));
  }

  /** Failed calls, and failed entries of calls, of publishers. */
  get publisherFailures(): number {
    return this.#publisherFailures;
  }

  invocationStarted(invocation: Invocation): void {
    this.#workers.set(invocation.id, invocation.worker);
  }

  onArrival(invocation: Invocation | undefined, worker: Worker, call: Call): void {
    this.#current = { invocation, worker, call };
  }

  onEffect(invocation: Invocation | undefined, worker: Worker, call: Call, output: object): void {
    this.#current = undefined;
    switch (call.operation) {
      case "PutObject":
        this.#book.ledger.stored(String(call.input.Key), Buffer.from(call.input.Body as Uint8Array).toString());
        break;
      case "PublishBatch":
        this.#accepted(worker, call, output);
        break;
      case "SendMessageBatch":
        this.#deadLettered(invocation, worker, call, output);
        break;
    }
  }

  onFault(invocation: Invocation | undefined, worker: Worker, call: Call, kind: FaultKind, detail: string): void {
    const text = `FAULT ${kind} at ${call.operation}${detail === "" ? "" : `, ${detail}`}`;
    this.#book.note(worker.name, text, undefined, invocation?.subscriber);
  }

  onFailure(invocation: Invocation | undefined, worker: Worker, call: Call, error: unknown): void {
    if (invocation === undefined) {
      this.#publisherFailures += 1;
    } else {
      invocation.failedCalls += 1;
    }
    this.#book.note(worker.name, `${call.operation} failed: ${describe(error)}`, undefined, invocation?.subscriber);
  }

  onEntriesFailed(invocation: Invocation | undefined, _worker: Worker, _call: Call, entries: number): void {
    if (invocation === undefined) {
      this.#publisherFailures += entries;
    } else {
      invocation.failedEntries += entries;
    }
  }

  #accepted(worker: Worker, call: Call, output: BatchOutput): void {
    const entries = call.input.PublishBatchRequestEntries as readonly { Id?: string; Message?: string }[];
    for (const { Id } of output.Successful ?? []) {
      const body = entries.find((entry) => entry.Id === Id)?.Message ?? "";
      const event = this.#book.ledger.eventOfBody(body);
      if (event === undefined) {
        continue;
      }
      const first = event.sequence === undefined;
      const earlier = this.#book.ledger.accepted(event);
      this.#book.note(worker.name, first ? "accepted by the topic" : "accepted by the topic again", event.id);
      if (first && worker.name.startsWith("publisher") && call.input.TopicArn?.toString().endsWith(".fifo")) {
        this.#book.report(checkArrival(event, earlier));
      }
    }
  }

  #deadLettered(invocation: Invocation | undefined, worker: Worker, call: Call, output: BatchOutput): void {
    const deployed = this.#book.deployedBy("deadLetterQueueUrl", String(call.input.QueueUrl));
    if (deployed === undefined || invocation === undefined) {
      return;
    }
    const entries = call.input.Entries as readonly SendMessageBatchRequestEntry[];
    for (const { Id } of output.Successful ?? []) {
      const deadLetter = entries.find((entry) => entry.Id === Id);
      const place = invocation.records.findIndex((record) => record.body === deadLetter?.MessageBody);
      const message = invocation.messages[place];
      const record = invocation.records[place];
      if (deadLetter === undefined || message === undefined || record === undefined) {
        continue;
      }
      invocation.deadLetterCopies.set(message.case, (invocation.deadLetterCopies.get(message.case) ?? 0) + 1);
      message.case.deadLettered = true;
      this.#book.note(
        worker.name,
        `dead-letter queue received ${short(message.id)}`,
        message.case.event.id,
        deployed.name,
      );
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
      this.#book.note(
        "sqs",
        `moved ${short(message.id)} to the dead-letter queue`,
        message.case.event.id,
        deployed.name,
      );
      this.#book.report(checkMove(message));
    }
  }

  #written(table: string, key: string, item: Item | undefined, before: Item | undefined): void {
    const entry = this.#book.ledger.caseOfKey(key);
    if (table !== IDEMPOTENCY_TABLE || entry === undefined) {
      return;
    }
    const done = item?.state?.S === "done";
    const owner = short(item?.owner?.S ?? "");
    const { worker, call } = this.#current ?? {};
    const what = item === undefined ? "record deleted" : `record ${item.state?.S}${owner === "" ? "" : ` by ${owner}`}`;
    this.#book.note(worker?.name ?? "store", what, entry.event.id, entry.subscriber);
    this.#book.report(
      checkRecordChange({
        entry,
        item,
        before,
        writer: worker,
        owner: this.#workerOf(before),
        newOwner: this.#workerOf(item),
        now: this.#book.options.now(),
        maxSkewMs: this.#book.options.maxSkewMs,
      }),
    );
    if (!done) {
      return;
    }
    entry.completed = true;
    if (call?.operation === "TransactWriteItems") {
      entry.commits += 1;
      this.#book.report(checkCommit(entry));
    }
  }

  /** The worker whose token is in a record. */
  #workerOf(item: Item | undefined): Worker | undefined {
    const token = item?.owner?.S ?? "";
    return this.#workers.get(token.slice(0, token.lastIndexOf(".")));
  }
}
