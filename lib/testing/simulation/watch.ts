import type { SendMessageBatchRequestEntry } from "@aws-sdk/client-sqs";
import type { Guarantee, SqsBatchResponse, SqsRecord } from "../../consume/index.ts";
import { idempotencyKey } from "../../idempotency/index.ts";
import type { Call, MemoryAws } from "../clients/index.ts";
import type { Item } from "../dynamodb/index.ts";
import { type DeployedSubscriber, type Deployment, IDEMPOTENCY_TABLE } from "./deployment.ts";
import type { FaultKind } from "./faults.ts";
import type { History } from "./history.ts";
import type { Invocation } from "./invocation.ts";
import type { Case, EventRecord, HandlerRun, Ledger, MessageRecord } from "./ledger.ts";
import type { NetworkListener } from "./network.ts";
import { checkEnd } from "./rules/end-rules.ts";
import { checkAnswer, checkDelete, checkFate, checkLetter, checkMove, failsQuietly } from "./rules/fate-rules.ts";
import type { Finding } from "./rules/finding.ts";
import { checkCommit, checkStart } from "./rules/handler-rules.ts";
import { checkArrival, checkPublished } from "./rules/publish-rules.ts";
import { checkRecordChange } from "./rules/store-rules.ts";
import type { Worker } from "./worker.ts";

/** What a {@link Watch} needs to know. */
export interface WatchOptions {
  readonly aws: MemoryAws;
  readonly deployment: Deployment;
  readonly ledger: Ledger;
  readonly history: History;
  /** The CloudEvents source of the publisher. */
  readonly source: string;
  /** By how much the clocks of workers may differ from true time, in milliseconds. */
  readonly maxSkewMs: number;
  readonly now: () => number;
}

/** Sees everything that happens in a run, writes the history, and checks the rules as it goes. */
export class Watch implements NetworkListener<Invocation | undefined> {
  readonly #options: WatchOptions;
  readonly #byQueue = new Map<string, DeployedSubscriber>();
  readonly #byDeadLetterUrl = new Map<string, DeployedSubscriber>();
  #finding: Finding | undefined;
  /** The call that has its effect right now. */
  #current: { readonly invocation: Invocation | undefined; readonly worker: Worker; readonly call: Call } | undefined;
  /** By the id of the invocation, with which owner tokens begin. */
  readonly #workers = new Map<string, Worker>();
  #publisherFailures = 0;
  #handled = 0;

  constructor(options: WatchOptions) {
    this.#options = options;
    for (const deployed of options.deployment.subscribers) {
      this.#byQueue.set(deployed.queueArn, deployed);
      this.#byDeadLetterUrl.set(deployed.deadLetterQueueUrl, deployed);
    }
    options.aws.dynamodb.onWrite((...write) => this.#written(...write));
    options.aws.engine.sqs.onChange((arn) => this.#deadLettersChanged(arn));
  }

  /** The first rule that did not hold. */
  get finding(): Finding | undefined {
    return this.#finding;
  }

  /** Handlers started. */
  get handled(): number {
    return this.#handled;
  }

  report(finding: Finding | undefined): void {
    if (finding === undefined || this.#finding !== undefined) return;
    this.#finding = finding;
    this.#note("CHECK", `${finding.rule}: ${finding.message}`, finding.event, finding.subscriber);
  }

  publishCalled(event: EventRecord): void {
    this.#note("workload", `publish ${event.name ?? "malformed body"}${inGroup(event.group)}`, event.id);
  }

  publishSettled(event: EventRecord, state: EventRecord["state"], error?: unknown): void {
    event.state = state;
    this.#note("workload", `publish ${state}${error === undefined ? "" : `: ${describe(error)}`}`, event.id);
    this.report(checkPublished(event, this.#publisherFailures > 0, error));
  }

  delivered(queueArn: string, messageId: string, body: string): void {
    const deployed = this.#byQueue.get(queueArn);
    const message = deployed === undefined ? undefined : this.#message(deployed, messageId, body);
    if (message === undefined) return;
    const entry = message.case;
    this.#options.ledger.keyed(idempotencyKey(entry.subscriber, this.#options.source, entry.event.id), entry);
    this.#note("sns", `delivered to ${entry.subscriber} as ${short(messageId)}`, entry.event.id, entry.subscriber);
  }

  received(deployed: DeployedSubscriber, messageId: string, receipt: string, body: string, count: string): void {
    const message = this.#message(deployed, messageId, body);
    if (message === undefined) return;
    message.receipt = receipt;
    message.failedQuietly = false;
    this.#note(deployed.name, `received ${short(messageId)}, receive ${count}`, message.case.event.id, deployed.name);
  }

  /** Finds the record of a message that was received before. */
  messageOf(deployed: DeployedSubscriber, record: SqsRecord): MessageRecord | undefined {
    return this.#message(deployed, record.messageId, record.body);
  }

  invocationStarted(invocation: Invocation): void {
    this.#workers.set(invocation.id, invocation.worker);
    const ids = invocation.messages.map((message) => message.case.event.id).join(" ");
    this.#note(
      actorOf(invocation),
      `invoked with ${invocation.messages.length} records: ${ids}`,
      undefined,
      invocation.subscriber,
    );
  }

  handlerStarted(invocation: Invocation, messageId: string, key: string): HandlerRun | undefined {
    const message = invocation.messages.find((candidate) => candidate.id === messageId);
    if (message === undefined) return undefined;
    const entry = message.case;
    const deployed = this.#deployedOf(invocation.subscriber);
    this.#handled += 1;
    this.#about(invocation, entry, "handler started");
    this.report(
      checkStart(entry, guaranteeOf(deployed), deployed?.fifo ?? false, this.#options.ledger, this.#options.now()),
    );
    const run: HandlerRun = { invocation, messageId, key, state: "running", timedOut: false, error: undefined };
    entry.runs.push(run);
    this.#options.ledger.keyed(key, entry);
    return run;
  }

  handlerEnded(run: HandlerRun, state: "returned" | "threw", error?: unknown): void {
    run.state = state;
    run.error = error;
    const entry = run.invocation.messages.find((candidate) => candidate.id === run.messageId)?.case;
    if (entry === undefined) return;
    if (state === "returned" && !run.timedOut) entry.handled = true;
    const late = run.timedOut ? ", too late" : "";
    this.#about(run.invocation, entry, `handler ${state}${late}${error === undefined ? "" : `: ${describe(error)}`}`);
  }

  handlerTimedOut(run: HandlerRun): void {
    if (run.state !== "running") return;
    run.timedOut = true;
    const entry = run.invocation.messages.find((candidate) => candidate.id === run.messageId)?.case;
    if (entry !== undefined) this.#about(run.invocation, entry, "handler given up, its time is over");
  }

  /** The consumer logged a record's fate. */
  fate(invocation: Invocation, fields: Readonly<Record<string, unknown>>): void {
    const message = invocation.messages.find((candidate) => candidate.id === fields.messageId);
    if (message === undefined || typeof fields.fate !== "string") return;
    const fate = { kind: fields.fate, cause: typeof fields.cause === "string" ? fields.cause : undefined };
    invocation.fates.set(message.id, [...(invocation.fates.get(message.id) ?? []), fate]);
    const again = typeof fields.afterSeconds === "number" ? ` in ${fields.afterSeconds} s` : "";
    this.#about(
      invocation,
      message.case,
      `fate ${fate.kind}${fate.cause === undefined ? "" : ` (${fate.cause})`}${again}`,
    );
    const guarantee = guaranteeOf(this.#deployedOf(invocation.subscriber));
    const { now, maxSkewMs } = this.#options;
    const store = this.#storeView(invocation, message.case);
    if (fate.kind === "expired") message.case.expired = true;
    if (fate.kind === "deadLetter") takeCopy(invocation, message);
    this.report(checkFate(fate, { invocation, message, guarantee, store, now: now(), maxSkewMs }));
  }

  answered(invocation: Invocation, response: SqsBatchResponse): void {
    invocation.state = "answered";
    const failures = response.batchItemFailures.length;
    this.#note(actorOf(invocation), `answered, ${failures} to come again`, undefined, invocation.subscriber);
    for (const [place, message] of invocation.messages.entries()) {
      // Its backoff may have been shorter than the rest of the invocation: then this was not its latest receive.
      if (message.receipt !== invocation.records[place]?.receiptHandle) continue;
      message.failedQuietly = failsQuietly(invocation, message);
    }
    this.report(checkAnswer(invocation, response, guaranteeOf(this.#deployedOf(invocation.subscriber))));
  }

  threw(invocation: Invocation, error: unknown): void {
    invocation.state = "threw";
    this.report({
      rule: "no-crash-of-ours",
      message: `the consumer threw instead of answering: ${describe(error)}`,
      subscriber: invocation.subscriber,
      event: invocation.messages[0]?.case.event.id,
    });
  }

  died(invocation: Invocation, reason: string): void {
    invocation.state = "died";
    this.#note(actorOf(invocation), `DIED: ${reason}`, undefined, invocation.subscriber);
  }

  deleting(deployed: DeployedSubscriber, record: SqsRecord): void {
    const message = this.#message(deployed, record.messageId, record.body);
    // An older receipt handle deletes nothing.
    if (message === undefined || message.receipt !== record.receiptHandle) return;
    message.deleted = true;
    this.#note(deployed.name, `deleted ${short(message.id)}`, message.case.event.id, deployed.name);
    const { now, maxSkewMs } = this.#options;
    this.report(checkDelete(message, guaranteeOf(deployed), now(), maxSkewMs));
  }

  note(actor: string, text: string, event?: string, subscriber?: string): void {
    this.#note(actor, text, event, subscriber);
  }

  onArrival(invocation: Invocation | undefined, worker: Worker, call: Call): void {
    this.#current = { invocation, worker, call };
  }

  onEffect(invocation: Invocation | undefined, worker: Worker, call: Call, output: object): void {
    this.#current = undefined;
    switch (call.operation) {
      case "PutObject":
        this.#options.ledger.stored(String(call.input.Key), Buffer.from(call.input.Body as Uint8Array).toString());
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
    this.#note(worker.name, text, undefined, invocation?.subscriber);
  }

  onFailure(invocation: Invocation | undefined, worker: Worker, call: Call, error: unknown): void {
    if (invocation === undefined) this.#publisherFailures += 1;
    else invocation.failedCalls += 1;
    this.#note(worker.name, `${call.operation} failed: ${describe(error)}`, undefined, invocation?.subscriber);
  }

  onEntriesFailed(invocation: Invocation | undefined, _worker: Worker, _call: Call, entries: number): void {
    if (invocation === undefined) this.#publisherFailures += entries;
    else invocation.failedEntries += entries;
  }

  /** The run is over: at rest, or not even after hours. */
  finish(atRest: boolean): void {
    if (atRest) this.report(checkEnd(this.#options.ledger));
    else if (this.#finding === undefined) this.report(this.#restless());
  }

  #restless(): Finding {
    for (const event of this.#options.ledger.events) {
      for (const entry of event.cases.values()) {
        const waiting = [...entry.messages.values()].some((message) => !message.deleted && !message.movedBySqs);
        if (waiting) {
          const message = "it still waits in its queue, hours after the last fault";
          return { rule: "comes-to-rest", message, event: event.id, subscriber: entry.subscriber };
        }
      }
    }
    return { rule: "comes-to-rest", message: "the run did not come to rest, hours after the last fault" };
  }

  #accepted(worker: Worker, call: Call, output: { Successful?: readonly { Id?: string }[] }): void {
    const entries = call.input.PublishBatchRequestEntries as readonly { Id?: string; Message?: string }[];
    for (const { Id } of output.Successful ?? []) {
      const body = entries.find((entry) => entry.Id === Id)?.Message ?? "";
      const event = this.#options.ledger.eventOfBody(body);
      if (event === undefined) continue;
      const first = event.sequence === undefined;
      const earlier = this.#options.ledger.accepted(event);
      this.#note(worker.name, first ? "taken by the topic" : "taken by the topic again", event.id);
      if (first && worker.name.startsWith("publisher") && call.input.TopicArn?.toString().endsWith(".fifo")) {
        this.report(checkArrival(event, earlier));
      }
    }
  }

  #deadLettered(
    invocation: Invocation | undefined,
    worker: Worker,
    call: Call,
    output: { Successful?: readonly { Id?: string }[] },
  ): void {
    const deployed = this.#byDeadLetterUrl.get(String(call.input.QueueUrl));
    if (deployed === undefined || invocation === undefined) return;
    const entries = call.input.Entries as readonly SendMessageBatchRequestEntry[];
    for (const { Id } of output.Successful ?? []) {
      const letter = entries.find((entry) => entry.Id === Id);
      const place = invocation.records.findIndex((record) => record.body === letter?.MessageBody);
      const message = invocation.messages[place];
      const record = invocation.records[place];
      if (letter === undefined || message === undefined || record === undefined) continue;
      invocation.letters.set(message.case, (invocation.letters.get(message.case) ?? 0) + 1);
      message.case.deadLettered = true;
      this.#note(worker.name, `dead-letter queue took ${short(message.id)}`, message.case.event.id, deployed.name);
      this.report(checkLetter(record, message, letter));
    }
  }

  /** SQS itself moved messages that were received too often; redriven messages leave. */
  #deadLettersChanged(arn: string): void {
    const deployed = this.#options.deployment.subscribers.find((candidate) => candidate.deadLetterQueueArn === arn);
    if (deployed === undefined) return;
    for (const letter of this.#options.aws.engine.sqs.inspect(arn)) {
      if (letter.deadLetterSourceArn !== deployed.queueArn) continue;
      const message = this.#message(deployed, letter.messageId, letter.body);
      if (message === undefined || message.movedBySqs) continue;
      message.movedBySqs = true;
      message.case.deadLetteredBySqs = true;
      this.#note("sqs", `moved ${short(message.id)} to the dead-letter queue`, message.case.event.id, deployed.name);
      this.report(checkMove(message));
    }
  }

  #written(table: string, key: string, item: Item | undefined, before: Item | undefined): void {
    const entry = this.#options.ledger.caseOfKey(key);
    if (table !== IDEMPOTENCY_TABLE || entry === undefined) return;
    const done = item?.state?.S === "done";
    const owner = short(item?.owner?.S ?? "");
    const { invocation, worker, call } = this.#current ?? {};
    const what =
      item === undefined ? "record deleted" : done ? `record done by ${owner}` : `record claimed by ${owner}`;
    this.#note(worker?.name ?? "store", what, entry.event.id, entry.subscriber);
    const token = before?.owner?.S ?? "";
    this.report(
      checkRecordChange({
        entry,
        item,
        before,
        writer: worker,
        owner: this.#workers.get(token.slice(0, token.lastIndexOf("."))),
        now: this.#options.now(),
        maxSkewMs: this.#options.maxSkewMs,
      }),
    );
    if (!done) return;
    const guarantee = guaranteeOf(this.#deployedOf(entry.subscriber));
    if (guarantee === "at-most-once") {
      if (invocation !== undefined) entry.claimedBy.add(invocation);
      return;
    }
    entry.completed = true;
    if (call?.operation === "TransactWriteItems") {
      entry.commits += 1;
      this.report(checkCommit(entry));
    }
  }

  #storeView(invocation: Invocation, entry: Case): { own: boolean } | undefined {
    const items = this.#options.aws.dynamodb.items(IDEMPOTENCY_TABLE);
    const item = items.get(idempotencyKey(entry.subscriber, this.#options.source, entry.event.id));
    return item === undefined ? undefined : { own: item.owner?.S?.startsWith(`${invocation.id}.`) ?? false };
  }

  #message(deployed: DeployedSubscriber, messageId: string, body: string): MessageRecord | undefined {
    return this.#options.ledger.message(deployed.name, messageId, body);
  }

  #deployedOf(subscriber: string): DeployedSubscriber | undefined {
    return this.#options.deployment.subscribers.find((deployed) => deployed.name === subscriber);
  }

  #about(invocation: Invocation, entry: Case, text: string): void {
    this.#note(actorOf(invocation), text, entry.event.id, entry.subscriber);
  }

  #note(actor: string, text: string, event?: string, subscriber?: string): void {
    this.#options.history.add(actor, text, { event, subscriber });
  }
}

function guaranteeOf(deployed: DeployedSubscriber | undefined): Guarantee {
  return deployed?.subscriber.options?.guarantee ?? "exactly-once";
}

/** Messages of one event are alike: each dead-lettered one accounts for one of the copies that the queue took. */
function takeCopy(invocation: Invocation, message: MessageRecord): void {
  const copies = invocation.letters.get(message.case) ?? 0;
  if (copies === 0) return;
  invocation.letters.set(message.case, copies - 1);
  message.copies += 1;
}

function actorOf(invocation: Invocation): string {
  return invocation.worker.name;
}

function short(id: string): string {
  return id.slice(0, 8);
}

function inGroup(group: string | undefined): string {
  return group === undefined ? "" : ` in group ${group}`;
}

function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}`.slice(0, 120) : String(error);
}
