import type { Message } from "@aws-sdk/client-sqs";
import type { SqsRecord } from "../../lib/index.ts";
import { type Call, clientsOf } from "../../lib/testing/clients/index.ts";

interface Entries {
  readonly Entries: readonly { readonly Id: string; readonly ReceiptHandle: string }[];
}

/** A queue without a network: receives bring what was sent, once, and deletions are recorded. A receipt handle is the message's id. */
export class HostileQueue {
  readonly deleted = new Set<string>();
  readonly #messages: Message[] = [];
  #onSent = () => {};
  readonly clients = clientsOf((call) => this.#perform(call));

  send(records: readonly SqsRecord[]): void {
    this.#messages.push(...records.map(messageOf));
    this.#onSent();
  }

  async #perform(call: Call): Promise<object> {
    switch (call.operation) {
      case "GetQueueAttributes":
        return { Attributes: { QueueArn: QUEUE_ARN } };
      case "ReceiveMessage":
        return { Messages: await this.#receive(call.signal) };
      case "DeleteMessageBatch":
        for (const { ReceiptHandle } of (call.input as unknown as Entries).Entries) {
          this.deleted.add(ReceiptHandle);
        }
        return successful(call);
      default:
        return successful(call);
    }
  }

  async #receive(signal: AbortSignal | undefined): Promise<readonly Message[]> {
    while (this.#messages.length === 0) {
      await new Promise<void>((resolve, reject) => {
        this.#onSent = resolve;
        signal?.addEventListener("abort", () => reject(new DOMException("aborted", "AbortError")), { once: true });
      });
    }
    return this.#messages.splice(0, 10);
  }
}

export const QUEUE_ARN = "arn:aws:sqs:eu-central-1:123456789012:orders";
export const QUEUE_URL = "https://sqs.eu-central-1.amazonaws.com/123456789012/orders";

function successful({ input }: Call): object {
  const { Entries = [] } = input as unknown as Partial<Entries>;
  return { Successful: Entries.map(({ Id }) => ({ Id })), Failed: [] };
}

/** A record as the SDK would return its message: only what has the type that the SDK's deserializer lets through. */
function messageOf({ messageId, body, attributes, messageAttributes }: SqsRecord): Message {
  const given: unknown = body;
  return {
    MessageId: messageId,
    ReceiptHandle: messageId,
    ...(typeof given === "string" ? { Body: given } : {}),
    Attributes: Object.fromEntries(textsOf(attributes)),
    MessageAttributes: Object.fromEntries(
      textsOf(messageAttributes).map(([name, StringValue]) => [name, { DataType: "String", StringValue }]),
    ),
  };
}

/** The values of hostile attributes, whatever they are, as strings by name. */
function textsOf(attributes: unknown): readonly (readonly [string, string])[] {
  return typeof attributes === "object" && attributes !== null
    ? Object.entries(attributes).map(([name, value]) => [
        name,
        typeof value === "string" ? value : (JSON.stringify(value) ?? ""),
      ])
    : [];
}
