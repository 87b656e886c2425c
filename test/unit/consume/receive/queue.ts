import { SQSClient } from "@aws-sdk/client-sqs";
import { envelope, QUEUE_ARN } from "../support.ts";

export const QUEUE_URL = "https://sqs.eu-central-1.amazonaws.com/123456789012/orders";

export const RECEIVE = "ReceiveMessageCommand";
export const DELETE = "DeleteMessageBatchCommand";
export const VISIBILITY = "ChangeMessageVisibilityBatchCommand";

interface Entry {
  readonly Id: string;
  readonly ReceiptHandle: string;
  readonly VisibilityTimeout?: number;
}

/** A message as a test names it; its event has the same id. */
export interface Sent {
  readonly id: string;
  readonly handle: string;
  /** Its message group, in a FIFO queue. */
  readonly group?: string;
}

type Batch = readonly Sent[] | undefined;

/** A queue without a network: each receive returns the next batch, then waits until it is aborted. */
export class Queue {
  readonly client = new SQSClient({ region: "eu-central-1", credentials: { accessKeyId: "a", secretAccessKey: "b" } });
  readonly inputs: { readonly command: string; readonly input: Record<string, unknown> }[] = [];
  readonly #batches: Sent[][];
  /** What the queue is asked for when a poller starts. */
  onAttributes: (signal: AbortSignal | undefined) => object | Promise<object> = () => ({
    Attributes: { QueueArn: QUEUE_ARN },
  });
  /** What the next receive brings in place of the batches; `undefined` has it wait until it is aborted. */
  onReceive: ((signal: AbortSignal | undefined) => Batch | Promise<Batch>) | undefined;
  /** What is answered to changes of visibility. */
  onVisibility: ((entries: readonly Entry[]) => object) | undefined;
  /** Entries refused so many times more, by receipt handle. */
  readonly refusals = new Map<string, number>();

  constructor(...batches: (readonly string[])[]) {
    this.#batches = batches.map((ids) => ids.map((id) => ({ id, handle: `r-${id}` })));
    this.client.middlewareStack.add(
      (_next, { commandName = "" }) =>
        async (args) => ({ response: {}, output: (await this.#respond(commandName, args.input)) as never }),
      { step: "initialize", name: "queue" },
    );
    const send = this.client.send.bind(this.client);
    this.client.send = ((command: never, options?: { abortSignal?: AbortSignal }) => {
      this.#signal = options?.abortSignal;
      return send(command, options as never);
    }) as never;
  }

  #signal: AbortSignal | undefined;

  async #respond(command: string, input: object): Promise<object> {
    const signal = this.#signal;
    this.inputs.push({ command, input: { ...input } });
    switch (command) {
      case "GetQueueAttributesCommand":
        return await this.onAttributes(signal);
      case RECEIVE: {
        const batch = this.onReceive === undefined ? this.#batches.shift() : await this.onReceive(signal);
        return batch === undefined ? await aborted(signal) : { Messages: batch.map(messageOf) };
      }
      default: {
        const { Entries } = input as { Entries: Entry[] };
        if (command === VISIBILITY && this.onVisibility !== undefined) {
          return this.onVisibility(Entries);
        }
        const refused = Entries.filter((entry) => this.#refuses(entry.ReceiptHandle));
        return {
          Successful: Entries.filter((entry) => !refused.includes(entry)).map(({ Id }) => ({ Id })),
          Failed: refused.map(({ Id }) => ({ Id, Code: "InternalError", Message: "no", SenderFault: false })),
        };
      }
    }
  }

  #refuses(handle: string): boolean {
    const left = this.refusals.get(handle) ?? 0;
    this.refusals.set(handle, left - 1);
    return left > 0;
  }

  /** The entries of each call of one kind. */
  entriesOf(command: string): Entry[][] {
    return this.inputs.filter((each) => each.command === command).map(({ input }) => input.Entries as Entry[]);
  }

  /** For how many messages each receive asked. */
  get receives(): unknown[] {
    return this.inputs.filter(({ command }) => command === RECEIVE).map(({ input }) => input.MaxNumberOfMessages);
  }
}

function messageOf({ id, handle, group }: Sent): object {
  return {
    MessageId: `m-${id}`,
    ReceiptHandle: handle,
    Body: JSON.stringify(envelope(id)),
    Attributes: { ApproximateReceiveCount: "2", ...(group === undefined ? {} : { MessageGroupId: group }) },
  };
}

/** Never resolves; rejects when the signal is aborted. */
export function aborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_resolve, reject) => {
    const abort = () => reject(new DOMException("aborted", "AbortError"));
    if (signal?.aborted) {
      abort();
    }
    signal?.addEventListener("abort", abort);
  });
}
