import {
  AddPermissionCommand,
  BatchEntryIdsNotDistinct,
  CancelMessageMoveTaskCommand,
  ChangeMessageVisibilityBatchCommand,
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  EmptyBatchRequest,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListDeadLetterSourceQueuesCommand,
  ListMessageMoveTasksCommand,
  ListQueuesCommand,
  ListQueueTagsCommand,
  PurgeQueueCommand,
  QueueDoesNotExist,
  QueueNameExists,
  ReceiptHandleIsInvalid,
  ReceiveMessageCommand,
  RemovePermissionCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
  TagQueueCommand,
  UntagQueueCommand,
} from "@aws-sdk/client-sqs";
import { describe, expect, it } from "vitest";
import type { Harness } from "./support/harness.ts";
import { ACCOUNT, clientConfig, REGION, raw, signed, startHarness } from "./support/harness.ts";

async function createQueue(sqs: SQSClient, QueueName: string, Attributes: Record<string, string> = {}) {
  const { QueueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName, Attributes }));
  return QueueUrl;
}

const arnOf = (name: string) => `arn:aws:sqs:${REGION}:${ACCOUNT}:${name}`;

describe("queues", () => {
  it("are created, found, listed, configured, tagged and deleted", async () => {
    const { sqs, server } = await startHarness();
    const QueueUrl = await createQueue(sqs, "orders", { VisibilityTimeout: "45" });
    expect(QueueUrl).toBe(`${server.endpoint}/${ACCOUNT}/orders`);
    expect((await sqs.send(new GetQueueUrlCommand({ QueueName: "orders" }))).QueueUrl).toBe(QueueUrl);
    await createQueue(sqs, "other");
    expect((await sqs.send(new ListQueuesCommand({ QueueNamePrefix: "ord" }))).QueueUrls).toEqual([QueueUrl]);

    await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { DelaySeconds: "7" } }));
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }));
    expect(Attributes).toMatchObject({ VisibilityTimeout: "45", DelaySeconds: "7", QueueArn: arnOf("orders") });

    await sqs.send(new TagQueueCommand({ QueueUrl, Tags: { team: "billing", stage: "dev" } }));
    await sqs.send(new UntagQueueCommand({ QueueUrl, TagKeys: ["stage"] }));
    expect((await sqs.send(new ListQueueTagsCommand({ QueueUrl }))).Tags).toEqual({ team: "billing" });

    await sqs.send(
      new AddPermissionCommand({ QueueUrl, Label: "send", AWSAccountIds: ["111122223333"], Actions: ["SendMessage"] }),
    );
    const withPolicy = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["Policy"] }));
    expect(withPolicy.Attributes?.Policy).toContain("111122223333");
    await sqs.send(new RemovePermissionCommand({ QueueUrl, Label: "send" }));

    await sqs.send(new DeleteQueueCommand({ QueueUrl }));
    await expect(sqs.send(new GetQueueUrlCommand({ QueueName: "orders" }))).rejects.toBeInstanceOf(QueueDoesNotExist);
  });

  it("list in pages", async () => {
    const { sqs } = await startHarness();
    for (const name of ["q1", "q2", "q3"]) {
      await createQueue(sqs, name);
    }
    const first = await sqs.send(new ListQueuesCommand({ MaxResults: 2 }));
    expect(first.QueueUrls).toHaveLength(2);
    const second = await sqs.send(new ListQueuesCommand({ MaxResults: 2, NextToken: first.NextToken }));
    expect(second.QueueUrls).toHaveLength(1);
    expect(second.NextToken).toBeUndefined();
  });

  it("belong to a region and to the account that the access key names", async () => {
    const { sqs, server } = await startHarness();
    await createQueue(sqs, "orders");
    const elsewhere = new SQSClient(
      clientConfig(server.endpoint, { region: "us-west-2", accessKeyId: "111122223333" }),
    );
    expect((await elsewhere.send(new ListQueuesCommand({}))).QueueUrls ?? []).toEqual([]);
    const url = await createQueue(elsewhere, "orders");
    expect(url).toBe(`${server.endpoint}/111122223333/orders`);
    const { Attributes } = await elsewhere.send(
      new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ["QueueArn"] }),
    );
    expect(Attributes?.QueueArn).toBe("arn:aws:sqs:us-west-2:111122223333:orders");
    elsewhere.destroy();
  });

  it("have URLs with the host that the client used", async () => {
    const { server } = await startHarness();
    const sqs = new SQSClient(clientConfig(server.endpoint.replace("127.0.0.1", "localhost")));
    expect(await createQueue(sqs, "orders")).toMatch(/^http:\/\/localhost:\d+\//);
    const { QueueUrls } = await sqs.send(new ListQueuesCommand({}));
    expect(QueueUrls?.[0]).toMatch(/^http:\/\/localhost:\d+\//);
    sqs.destroy();
  });
});

describe("messages", () => {
  it("keep body, attributes and system attributes, and pass the SDK's MD5 check", async () => {
    const { sqs } = await startHarness();
    const QueueUrl = await createQueue(sqs, "orders");
    const MessageBody = '{"text":"héllo 🎉 <&>"}\n';
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
    const sent = await sqs.send(
      new SendMessageCommand({
        QueueUrl,
        MessageBody,
        MessageAttributes: {
          mood: { DataType: "String", StringValue: "🎉" },
          total: { DataType: "Number.int", StringValue: "42" },
          raw: { DataType: "Binary", BinaryValue: bytes },
        },
      }),
    );
    const received = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MessageAttributeNames: ["All"],
        MessageSystemAttributeNames: ["All"],
      }),
    );
    const [message] = received.Messages ?? [];
    expect(message?.Body).toBe(MessageBody);
    expect(message?.MessageId).toBe(sent.MessageId);
    expect(message?.MD5OfMessageAttributes).toBe(sent.MD5OfMessageAttributes);
    expect(message?.MessageAttributes?.mood?.StringValue).toBe("🎉");
    expect(message?.MessageAttributes?.total).toMatchObject({ DataType: "Number.int", StringValue: "42" });
    expect(message?.MessageAttributes?.raw?.BinaryValue).toEqual(bytes);
    expect(message?.Attributes).toMatchObject({ ApproximateReceiveCount: "1" });
  });

  it("are deleted, hidden and shown again, alone and in batches", async () => {
    const { sqs } = await startHarness();
    const QueueUrl = await createQueue(sqs, "orders");
    const { Successful } = await sqs.send(
      new SendMessageBatchCommand({
        QueueUrl,
        Entries: ["a", "b", "c", "d"].map((Id) => ({ Id, MessageBody: `body ${Id}` })),
      }),
    );
    expect(Successful?.map(({ Id }) => Id)).toEqual(["a", "b", "c", "d"]);
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
    expect(Messages).toHaveLength(4);
    const handles = Messages.map(({ ReceiptHandle }) => ReceiptHandle);

    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: handles[0] }));
    const deleted = await sqs.send(
      new DeleteMessageBatchCommand({
        QueueUrl,
        Entries: [
          { Id: "good", ReceiptHandle: handles[1] },
          { Id: "bad", ReceiptHandle: "garbage" },
        ],
      }),
    );
    expect(deleted.Successful?.map(({ Id }) => Id)).toEqual(["good"]);
    expect(deleted.Failed).toMatchObject([{ Id: "bad", SenderFault: true }]);

    await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle: handles[2], VisibilityTimeout: 0 }));
    const changed = await sqs.send(
      new ChangeMessageVisibilityBatchCommand({
        QueueUrl,
        Entries: [{ Id: "x", ReceiptHandle: handles[3], VisibilityTimeout: 0 }],
      }),
    );
    expect(changed.Successful?.map(({ Id }) => Id)).toEqual(["x"]);
    const again = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
    expect(again.Messages).toHaveLength(2);
    await sqs.send(new PurgeQueueCommand({ QueueUrl }));
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["ApproximateNumberOfMessagesNotVisible"] }),
    );
    expect(Attributes?.ApproximateNumberOfMessagesNotVisible).toBe("0");
  });

  it("keep their order in a FIFO group", async () => {
    const { sqs } = await startHarness();
    const QueueUrl = await createQueue(sqs, "orders.fifo", { FifoQueue: "true", ContentBasedDeduplication: "true" });
    for (const MessageBody of ["1", "2", "3", "3"]) {
      const sent = await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, MessageGroupId: "g" }));
      expect(sent.SequenceNumber).toMatch(/^\d{20}$/);
    }
    const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
    expect(Messages?.map(({ Body }) => Body)).toEqual(["1", "2", "3"]);
  });
});

describe("dead-letter queues", () => {
  async function withDeadLetter({ sqs }: Harness) {
    const dlq = await createQueue(sqs, "dlq");
    const source = await createQueue(sqs, "source", {
      VisibilityTimeout: "0",
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arnOf("dlq"), maxReceiveCount: 1 }),
    });
    await sqs.send(new SendMessageCommand({ QueueUrl: source, MessageBody: "poison" }));
    await sqs.send(new ReceiveMessageCommand({ QueueUrl: source }));
    const second = await sqs.send(new ReceiveMessageCommand({ QueueUrl: source }));
    expect(second.Messages ?? []).toEqual([]);
    return { dlq, source };
  }

  it("take what was received too often, and give it back by a move task", async () => {
    const harness = await startHarness();
    const { sqs } = harness;
    const { dlq, source } = await withDeadLetter(harness);
    const sources = await sqs.send(new ListDeadLetterSourceQueuesCommand({ QueueUrl: dlq }));
    expect(sources.queueUrls).toEqual([source]);
    expect(await messageCount(sqs, dlq)).toBe("1");

    const { TaskHandle } = await sqs.send(new StartMessageMoveTaskCommand({ SourceArn: arnOf("dlq") }));
    expect(TaskHandle).toBeTruthy();
    expect(await messageCount(sqs, dlq)).toBe("0");
    expect(await messageCount(sqs, source)).toBe("1");
    const { Results } = await sqs.send(new ListMessageMoveTasksCommand({ SourceArn: arnOf("dlq") }));
    expect(Results?.[0]).toMatchObject({ Status: "COMPLETED", ApproximateNumberOfMessagesMoved: 1 });
    await expect(sqs.send(new CancelMessageMoveTaskCommand({ TaskHandle }))).rejects.toThrow();
  });

  async function messageCount(sqs: SQSClient, QueueUrl: string) {
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["ApproximateNumberOfMessages"] }),
    );
    return Attributes?.ApproximateNumberOfMessages;
  }
});

describe("errors", () => {
  it("arrive as the SDK's own classes, with the older code beside the name", async () => {
    const { sqs, server } = await startHarness();
    const QueueUrl = await createQueue(sqs, "orders");
    const missing = `${server.endpoint}/${ACCOUNT}/missing`;
    const gone = await sqs.send(new ReceiveMessageCommand({ QueueUrl: missing })).catch((error: unknown) => error);
    expect(gone).toBeInstanceOf(QueueDoesNotExist);
    expect(gone).toMatchObject({
      name: "QueueDoesNotExist",
      $fault: "client",
      $metadata: { httpStatusCode: 400, requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) },
      Error: { Code: "AWS.SimpleQueueService.NonExistentQueue", Type: "Sender" },
    });
    await expect(
      sqs.send(new CreateQueueCommand({ QueueName: "orders", Attributes: { DelaySeconds: "5" } })),
    ).rejects.toBeInstanceOf(QueueNameExists);
    await expect(sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: "garbage" }))).rejects.toBeInstanceOf(
      ReceiptHandleIsInvalid,
    );
    await expect(sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries: [] }))).rejects.toBeInstanceOf(
      EmptyBatchRequest,
    );
    const twice = { Id: "same", MessageBody: "x" };
    await expect(sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries: [twice, twice] }))).rejects.toBeInstanceOf(
      BatchEntryIdsNotDistinct,
    );
  });

  it.each([
    ["not JSON", "{", /not JSON/],
    ["a field of another type", '{"QueueUrl":7}', /QueueUrl has to be a string/],
    ["a list instead of an object", "[]", /has to be an object/],
    [
      "bytes that are not base64",
      '{"MessageAttributes":{"a":{"BinaryValue":"%%"}}}',
      /MessageAttributes\.a\.BinaryValue/,
    ],
  ])("answer a body that is %s with 400", async (_what, body, message) => {
    const { server } = await startHarness();
    const reply = await raw(server.endpoint, {
      method: "POST",
      headers: { authorization: signed("sqs"), "x-amz-target": "AmazonSQS.SendMessage" },
      body,
    });
    expect(reply.status).toBe(400);
    const answer = JSON.parse(reply.text);
    expect(answer.__type).toBe("com.amazonaws.sqs#SerializationException");
    expect(answer.message).toMatch(message);
    expect(reply.headers["x-amzn-query-error"]).toBe("SerializationException;Sender");
  });

  it("name an operation that does not exist, and those that do", async () => {
    const { server } = await startHarness();
    const reply = await raw(server.endpoint, {
      method: "POST",
      headers: { authorization: signed("sqs"), "x-amz-target": "AmazonSQS.FlyAway" },
      body: "{}",
    });
    expect(reply.status).toBe(400);
    expect(JSON.parse(reply.text)).toMatchObject({
      __type: "com.amazonaws.sqs#UnknownOperationException",
      message: expect.stringMatching(/FlyAway.*SendMessageBatch/),
    });
  });
});

describe("the query protocol of older SDKs", () => {
  async function query(endpoint: string, path: string, parameters: Record<string, string>) {
    return raw(endpoint, {
      method: "POST",
      path,
      headers: { authorization: signed("sqs"), "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({ Version: "2012-11-05", ...parameters }).toString(),
    });
  }

  it("sends and receives, with the queue in the path or as a parameter", async () => {
    const { server, sqs } = await startHarness();
    const QueueUrl = await createQueue(sqs, "orders");
    const sent = await query(server.endpoint, `/${ACCOUNT}/orders`, {
      Action: "SendMessage",
      MessageBody: "a <b> & 🎉",
      "MessageAttribute.1.Name": "kind",
      "MessageAttribute.1.Value.DataType": "String",
      "MessageAttribute.1.Value.StringValue": "gift",
    });
    expect(sent.text).toMatch(/<SendMessageResponse.*<SendMessageResult>.*<MessageId>/);
    const received = await query(server.endpoint, "/", {
      Action: "ReceiveMessage",
      QueueUrl,
      "MessageAttributeName.1": "All",
      "AttributeName.1": "All",
    });
    expect(received.text).toContain("<Body>a &lt;b&gt; &amp; 🎉</Body>");
    expect(received.text).toContain(
      "<Name>kind</Name><Value><DataType>String</DataType><StringValue>gift</StringValue>",
    );
    expect(received.text).toContain("<Attribute><Name>ApproximateReceiveCount</Name><Value>1</Value></Attribute>");
  });

  it("answers errors with the older codes", async () => {
    const { server } = await startHarness();
    const reply = await query(server.endpoint, `/${ACCOUNT}/missing`, { Action: "ReceiveMessage" });
    expect(reply.status).toBe(400);
    expect(reply.text).toContain("<Type>Sender</Type><Code>AWS.SimpleQueueService.NonExistentQueue</Code>");
  });
});
