import type { Message } from "@aws-sdk/client-sqs";
import type { SqsRecord } from "./lambda-types.ts";

/** The record that Lambda would make of a message. */
export function recordOf(message: Message, queueArn: string): SqsRecord {
  return {
    messageId: message.MessageId ?? "",
    receiptHandle: message.ReceiptHandle ?? "",
    body: message.Body ?? "",
    attributes: {
      ...message.Attributes,
      ApproximateReceiveCount: message.Attributes?.ApproximateReceiveCount ?? "1",
    },
    messageAttributes: Object.fromEntries(
      Object.entries(message.MessageAttributes ?? {}).map(([name, attribute]) => [
        name,
        {
          dataType: attribute.DataType ?? "String",
          stringValue: attribute.StringValue,
          binaryValue:
            attribute.BinaryValue === undefined ? undefined : Buffer.from(attribute.BinaryValue).toString("base64"),
        },
      ]),
    ),
    eventSourceARN: queueArn,
  };
}
