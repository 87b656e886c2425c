import { createHash } from "node:crypto";
import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  type Message,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  type ReceiveMessageCommandInput,
  SendMessageBatchCommand,
  SendMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { describe, expect, it } from "vitest";
import { ACCOUNT, raw, signed, startHarness } from "./support/harness.ts";

const TRACE = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";

async function createQueue(sqs: SQSClient, QueueName: string, Attributes: Record<string, string> = {}) {
  const { QueueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName, Attributes }));
  return QueueUrl;
}

async function receive(sqs: SQSClient, QueueUrl: string, more: Partial<ReceiveMessageCommandInput> = {}) {
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, ...more }));
  return Messages;
}

const bodies = (messages: readonly Message[]) => messages.map((message) => message.Body);

/** Adds the header to every request of the client, as the tracing of Lambda does. */
function trace(sqs: SQSClient, header = TRACE): void {
  sqs.middlewareStack.add(
    (next) => (args) => {
      (args.request as { headers: Record<string, string> }).headers["X-Amzn-Trace-Id"] = header;
      return next(args);
    },
    { step: "build" },
  );
}

describe("receipt handles", () => {
  it("change the visibility after the timeout (API: ChangeMessageVisibility)", async () => {
    const { sqs } = await startHarness();
    const QueueUrl = await createQueue(sqs, "orders", { VisibilityTimeout: "0" });
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "x" }));
    const [message] = await receive(sqs, QueueUrl);
    const ReceiptHandle = message?.ReceiptHandle;
    await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 60 }));
    expect(await receive(sqs, QueueUrl)).toEqual([]);
    await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }));
    expect(bodies(await receive(sqs, QueueUrl))).toEqual(["x"]);
  });
});

describe("lists without entries", () => {
  it("are absent in JSON: Failed, Successful", async () => {
    const { sqs } = await startHarness();
    const QueueUrl = await createQueue(sqs, "orders");
    const sent = await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries: [{ Id: "a", MessageBody: "x" }] }));
    expect(sent).not.toHaveProperty("Failed");
    const deleted = await sqs.send(
      new DeleteMessageBatchCommand({ QueueUrl, Entries: [{ Id: "a", ReceiptHandle: "garbage" }] }),
    );
    expect(deleted).not.toHaveProperty("Successful");
    expect(deleted.Failed).toMatchObject([{ Id: "a", Code: "ReceiptHandleIsInvalid", SenderFault: true }]);
  });

  it.each([
    ["SendMessageBatch", "SendMessageBatchRequestEntry"],
    ["DeleteMessageBatch", "DeleteMessageBatchRequestEntry"],
    ["ChangeMessageVisibilityBatch", "ChangeMessageVisibilityBatchRequestEntry"],
  ])("are refused as the entries of %s", async (operation, entry) => {
    const { server, sqs } = await startHarness();
    const QueueUrl = await createQueue(sqs, "orders");
    const reply = await raw(server.endpoint, {
      method: "POST",
      headers: { authorization: signed("sqs"), "x-amz-target": `AmazonSQS.${operation}` },
      body: JSON.stringify({ QueueUrl, Entries: [] }),
    });
    expect(JSON.parse(reply.text)).toMatchObject({
      __type: "com.amazonaws.sqs#EmptyBatchRequest",
      message: `There should be at least one ${entry} in the request.`,
    });
    expect(reply.headers["x-amzn-query-error"]).toBe("AWS.SimpleQueueService.EmptyBatchRequest;Sender");
  });
});

describe("the header X-Amzn-Trace-Id", () => {
  const attributesOf = async (sqs: SQSClient, QueueUrl: string) =>
    (await receive(sqs, QueueUrl, { MessageSystemAttributeNames: ["AWSTraceHeader"] })).map(
      (message) => message.Attributes?.AWSTraceHeader,
    );

  it("becomes AWSTraceHeader of each message (Developer Guide, message system attributes)", async () => {
    const { sqs } = await startHarness();
    const QueueUrl = await createQueue(sqs, "orders");
    trace(sqs);
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "x" }));
    const own = { AWSTraceHeader: { DataType: "String", StringValue: "Root=own" } };
    await sqs.send(
      new SendMessageBatchCommand({
        QueueUrl,
        Entries: [
          { Id: "a", MessageBody: "y" },
          { Id: "b", MessageBody: "z", MessageSystemAttributes: own },
        ],
      }),
    );
    expect(await attributesOf(sqs, QueueUrl)).toEqual([TRACE, TRACE, "Root=own"]);
  });

  it("is ignored when it is none of X-Ray's", async () => {
    const { sqs } = await startHarness();
    const QueueUrl = await createQueue(sqs, "orders");
    trace(sqs, "something else");
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "x" }));
    expect(await attributesOf(sqs, QueueUrl)).toEqual([undefined]);
  });
});

describe("names and wildcards", () => {
  it("a queue's plain name stands for its URL", async () => {
    const { sqs } = await startHarness();
    await createQueue(sqs, "orders");
    await sqs.send(new SendMessageCommand({ QueueUrl: "orders", MessageBody: "x" }));
    expect(bodies(await receive(sqs, "orders", { WaitTimeSeconds: 1 }))).toEqual(["x"]);
    await expect(receive(sqs, "missing")).rejects.toMatchObject({ name: "QueueDoesNotExist" });
  });

  it.each([["*"], ["All"], [".*"]])("MessageAttributeNames %s means all", async (name) => {
    const { sqs } = await startHarness();
    const QueueUrl = await createQueue(sqs, "orders");
    const MessageAttributes = Object.fromEntries(
      ["one", "two.three"].map((key) => [key, { DataType: "String", StringValue: key }]),
    );
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "x", MessageAttributes }));
    const [message] = await receive(sqs, QueueUrl, { MessageAttributeNames: [name] });
    expect(Object.keys(message?.MessageAttributes ?? {}).sort()).toEqual(["one", "two.three"]);
  });
});

it("PurgeQueue clears the deduplication history", async () => {
  const { sqs } = await startHarness();
  const QueueUrl = await createQueue(sqs, "orders.fifo", { FifoQueue: "true" });
  const ids = { MessageGroupId: "g", MessageDeduplicationId: "same" };
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "before", ...ids }));
  await sqs.send(new PurgeQueueCommand({ QueueUrl }));
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "after", ...ids }));
  expect(bodies(await receive(sqs, QueueUrl))).toEqual(["after"]);
});

it("a batch words the refusal of one large message differently than SendMessage", async () => {
  const { sqs } = await startHarness();
  const QueueUrl = await createQueue(sqs, "orders", { MaximumMessageSize: "1024" });
  const MessageBody = "x".repeat(1_025);
  const reason = "Reason: Message must be shorter than 1024 bytes.";
  await expect(sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }))).rejects.toThrow(
    `One or more parameters are invalid. ${reason}`,
  );
  const { Failed } = await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries: [{ Id: "a", MessageBody }] }));
  expect(Failed?.[0]?.Message).toBe(`One or more parameters cannot be validated. ${reason}`);
});

describe("the query protocol", () => {
  const AUTHORIZATION = { authorization: signed("sqs") };
  const get = (endpoint: string, path: string, headers: Record<string, string> = AUTHORIZATION) =>
    raw(endpoint, { path, headers });

  it("is spoken to a queue's address, by GET and by POST with parameters in the address", async () => {
    const { server, sqs } = await startHarness();
    const queue = `/${ACCOUNT}/orders`;
    await createQueue(sqs, "orders");
    expect((await get(server.endpoint, `${queue}?Action=ReceiveMessage`)).text).toContain("<ReceiveMessageResult/>");
    const sent = await raw(server.endpoint, {
      method: "POST",
      path: `${queue}?Action=SendMessage&MessageBody=hello`,
      headers: AUTHORIZATION,
    });
    expect(sent.text).toContain(createHash("md5").update("hello").digest("hex"));
    const received = await get(server.endpoint, `${queue}?Action=ReceiveMessage`);
    expect(received.text).toContain("<Body>hello</Body>");
  });

  it("needs no signature on a queue's address", async () => {
    const { server } = await startHarness();
    const path = `/${ACCOUNT}/missing?Action=GetQueueAttributes&AttributeName.1=All`;
    expect((await raw(server.endpoint, { path })).text).toContain("AWS.SimpleQueueService.NonExistentQueue");
  });

  it.each(["CreateQueue&QueueName=x", "ListQueues", "Nonsense", "toString"])(
    "refuses %s on a queue's address",
    async (action) => {
      const { server, sqs } = await startHarness();
      await createQueue(sqs, "orders");
      const reply = await get(server.endpoint, `/${ACCOUNT}/orders?Action=${action}`);
      expect(reply.status).toBe(400);
      expect(reply.text).toContain("<Code>InvalidAction</Code>");
      expect(reply.text).toContain(`The action ${action.split("&")[0]} is not valid for this endpoint.`);
    },
  );

  it("words a missing queue in its own way, with an empty Detail", async () => {
    const { server } = await startHarness();
    const reply = await get(server.endpoint, `/${ACCOUNT}/missing?Action=GetQueueAttributes`);
    expect(reply.status).toBe(400);
    expect(reply.text).toContain(
      "<Type>Sender</Type><Code>AWS.SimpleQueueService.NonExistentQueue</Code>" +
        "<Message>The specified queue does not exist for this wsdl version.</Message><Detail/>",
    );
  });

  it("does not know a request without an action", async () => {
    const { server } = await startHarness();
    const reply = await get(server.endpoint, `/${ACCOUNT}/orders`);
    expect([reply.status, reply.text]).toEqual([404, "<UnknownOperationException/>"]);
  });

  it("answers in JSON who accepts nothing else", async () => {
    const { server, sqs } = await startHarness();
    await createQueue(sqs, "orders");
    const headers = { ...AUTHORIZATION, accept: "application/json" };
    const queue = `/${ACCOUNT}/orders`;
    const listed = await get(server.endpoint, "/?Action=ListQueues&Version=2012-11-05", headers);
    expect(JSON.parse(listed.text)).toMatchObject({
      ListQueuesResponse: { ListQueuesResult: { queueUrls: [`${server.endpoint}${queue}`] } },
    });
    const described = await get(
      server.endpoint,
      `${queue}?Action=GetQueueAttributes&AttributeName.1=DelaySeconds`,
      headers,
    );
    expect(JSON.parse(described.text)).toMatchObject({
      GetQueueAttributesResponse: { GetQueueAttributesResult: { Attributes: [{ Name: "DelaySeconds", Value: "0" }] } },
    });
    const refused = await get(server.endpoint, `${queue}?Action=ListQueues`, headers);
    expect(refused.status).toBe(400);
    expect(JSON.parse(refused.text)).toMatchObject({ Error: { Code: "InvalidAction", Type: "Sender" } });
  });

  it("lets AttributeName outweigh MessageSystemAttributeName, which JSON adds up", async () => {
    const { server, sqs } = await startHarness();
    const QueueUrl = await createQueue(sqs, "orders", { VisibilityTimeout: "0" });
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "x" }));
    const asked = "Action=ReceiveMessage&AttributeName.1=SenderId&MessageSystemAttributeName.1=SentTimestamp";
    const reply = await get(server.endpoint, `/${ACCOUNT}/orders?${asked}`);
    expect([...reply.text.matchAll(/<Name>(\w+)<\/Name>/g)].map((match) => match[1])).toEqual(["SenderId"]);
    const [message] = await receive(sqs, QueueUrl, {
      AttributeNames: ["VisibilityTimeout"],
      MessageSystemAttributeNames: ["SentTimestamp"],
    });
    expect(Object.keys(message?.Attributes ?? {})).toEqual(["SentTimestamp"]);
  });
});
