import type { Message, SQSClient } from "@aws-sdk/client-sqs";
import type { SQSRecord } from "aws-lambda";

/** Longest that an empty receive waits, in milliseconds. */
const EMPTY_MS = 20;

/** Most messages that one receive answers. Source: SQS API Reference, `ReceiveMessage`. */
const MAX_RECEIVE = 10;

/**
 * A queue that holds the records of one invocation and nothing else: answers a poller's receives with them and notes what it
 * deletes. They were received from a real queue before, so that changes of their visibility go there.
 */
export class Feed {
  readonly #arn: string;
  readonly #waiting: SQSRecord[];
  readonly #deleted = new Set<string>();

  constructor(records: readonly SQSRecord[]) {
    this.#arn = records[0]?.eventSourceARN ?? "";
    this.#waiting = [...records];
  }

  isDeleted(record: SQSRecord): boolean {
    return this.#deleted.has(record.receiptHandle);
  }

  /** @returns the output of a call, or `undefined` for one that is the real queue's */
  async answer(command: string, input: Readonly<Record<string, unknown>>): Promise<object | undefined> {
    switch (command) {
      case "GetQueueAttributesCommand":
        return { Attributes: { QueueArn: this.#arn } };
      case "ReceiveMessageCommand": {
        const some = this.#waiting.splice(0, Math.min(MAX_RECEIVE, Number(input.MaxNumberOfMessages ?? 1)));
        if (some.length === 0) {
          await new Promise((resolve) => setTimeout(resolve, EMPTY_MS));
        }
        return { Messages: some.map(messageOf) };
      }
      case "DeleteMessageBatchCommand": {
        const entries = Array.isArray(input.Entries) ? input.Entries : [];
        for (const entry of entries) {
          this.#deleted.add(String(entry.ReceiptHandle));
        }
        return { Successful: entries.map((entry) => ({ Id: entry.Id })), Failed: [] };
      }
      default:
        return undefined;
    }
  }
}

function messageOf(record: SQSRecord): Message {
  return {
    MessageId: record.messageId,
    ReceiptHandle: record.receiptHandle,
    Body: record.body,
    Attributes: { ...record.attributes },
    MessageAttributes: Object.fromEntries(
      Object.entries(record.messageAttributes).map(([name, attribute]) => [
        name,
        {
          DataType: attribute.dataType,
          ...(attribute.stringValue === undefined ? {} : { StringValue: attribute.stringValue }),
          ...(attribute.binaryValue === undefined ? {} : { BinaryValue: Buffer.from(attribute.binaryValue, "base64") }),
        },
      ]),
    ),
  };
}

/** Queues of records behind URLs of their own, on a client that sends everything else to the real queues. */
export class Feeds {
  readonly #feeds = new Map<string, { readonly feed: Feed; readonly real: string }>();
  #count = 0;

  constructor(sqs: SQSClient) {
    sqs.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          const input: Record<string, unknown> = { ...args.input };
          const found = this.#feeds.get(String(input.QueueUrl));
          if (found === undefined) {
            return await next(args);
          }
          const output = await found.feed.answer(String(commandName), input);
          if (output !== undefined) {
            return { response: {}, output: { $metadata: {}, ...output } };
          }
          // The input's type is that of the command, whatever it is; only the URL is another one.
          return await next({ ...args, input: Object.assign(args.input, { QueueUrl: found.real }) });
        },
      { step: "initialize", name: "conformanceFeed" },
    );
  }

  /** @returns the URL at which a poller finds the records */
  add(feed: Feed, records: readonly SQSRecord[]): string {
    this.#count += 1;
    const url = `http://feed.invalid/${this.#count}/queue`;
    this.#feeds.set(url, { feed, real: realUrl(records[0]?.eventSourceARN ?? "") });
    return url;
  }
}

/** Any URL that ends in account and name: the client's endpoint decides where it goes. */
function realUrl(arn: string): string {
  const [, , , region, account, name] = arn.split(":");
  return `https://sqs.${region}.amazonaws.com/${account}/${name}`;
}
