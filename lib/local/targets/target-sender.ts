import { PublishCommand } from "@aws-sdk/client-sns";
import { GetQueueUrlCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { parseJson } from "../../std/index.ts";
import type { ClientPool } from "../clients/index.ts";
import type { Place } from "../common/index.ts";
import { LocalError } from "../common/index.ts";
import { functionNameOf } from "../lambda/index.ts";

/** What a {@link TargetSender} works with. */
export interface TargetSenderOptions {
  readonly pool: ClientPool;
  /** Starts a function, without waiting for its result. @throws LocalError `NotFound` */
  readonly invokeLater: (functionName: string, payload: unknown) => void;
}

/** What goes with a payload. */
export interface SendOptions {
  /** For FIFO queues and topics, and for fair queues. */
  readonly messageGroupId?: string | undefined;
  readonly attributes?: Readonly<Record<string, string>> | undefined;
}

/** Sends payloads to queues, topics and functions by their ARN. */
export class TargetSender {
  readonly #options: TargetSenderOptions;

  constructor(options: TargetSenderOptions) {
    this.#options = options;
  }

  /** Whether targets of this ARN's service are delivered to. */
  static canSendTo(targetArn: string): boolean {
    return /^arn:[^:]+:(?:sqs|sns|lambda):/.test(targetArn);
  }

  /**
   * @param text the body of a message, or the event of a function as JSON
   * @throws LocalError `InvokeRefused` for a target of another service; what SQS and SNS refuse
   */
  async send(targetArn: string, text: string, { messageGroupId, attributes = {} }: SendOptions = {}): Promise<void> {
    const [, , service, region = "", accountId = "", name = ""] = targetArn.split(":");
    const place: Place = { region, accountId };
    const MessageAttributes = Object.fromEntries(
      Object.entries(attributes).map(([key, StringValue]) => [key, { DataType: "String", StringValue }]),
    );
    const group = messageGroupId === undefined ? {} : { MessageGroupId: messageGroupId };
    switch (service) {
      case "sqs": {
        const { sqs } = this.#options.pool.for(place);
        const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: name }));
        await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: text, MessageAttributes, ...group }));
        return;
      }
      case "sns":
        await this.#options.pool
          .for(place)
          .sns.send(new PublishCommand({ TopicArn: targetArn, Message: text, MessageAttributes, ...group }));
        return;
      case "lambda":
        this.#options.invokeLater(functionNameOf(targetArn), parseJson(text) ?? text);
        return;
      default:
        throw new LocalError("InvokeRefused", `${targetArn} is no queue, topic or function; nothing is sent there`);
    }
  }
}
