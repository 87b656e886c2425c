import { GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { GetObjectCommand, ListBucketsCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { CreateTopicCommand, PublishCommand } from "@aws-sdk/client-sns";
import { CreateQueueCommand, ReceiveMessageCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { expect, test } from "vitest";
import { createPublisher } from "../../../lib/index.ts";
import { memoryAws } from "../../../lib/testing/index.ts";
import { shop } from "../../simulation/contract.ts";

test("a publisher and a receiver work with the clients as with the SDK's", async () => {
  const { clients } = memoryAws();
  const { QueueUrl } = await clients.sqs.send(new CreateQueueCommand({ QueueName: "work" }));
  const publish = createPublisher(shop, { target: QueueUrl ?? "", clients });
  await publish("OrderPaid", { orderId: "o1", region: "eu", total: 5 }, { id: "e1" });
  const { Messages } = await clients.sqs.send(new ReceiveMessageCommand({ QueueUrl, MessageAttributeNames: ["All"] }));
  expect(JSON.parse(Messages?.[0]?.Body ?? "")).toMatchObject({ id: "e1", type: "shop.OrderPaid" });
  expect(Messages?.[0]?.MessageAttributes?.region?.StringValue).toBe("eu");
});

test("errors have the names and fields of the SDK's", async () => {
  const { clients, dynamodb } = memoryAws();
  dynamodb.createTable("tab");
  const sqs = clients.sqs.send(new SendMessageCommand({ QueueUrl: "http://x/123456789012/no", MessageBody: "b" }));
  await expect(sqs).rejects.toMatchObject({
    name: "QueueDoesNotExist",
    $fault: "client",
    $metadata: { httpStatusCode: 400 },
  });
  const topic = "arn:aws:sns:eu-central-1:123456789012:none";
  await expect(clients.sns.send(new PublishCommand({ TopicArn: topic, Message: "m" }))).rejects.toMatchObject({
    name: "NotFoundException",
    $service: "sns",
  });
  const name = "not a topic's name";
  await expect(clients.sns.send(new CreateTopicCommand({ Name: name }))).rejects.toMatchObject({
    name: "InvalidParameterException",
  });
  const condition = { TableName: "tab", Item: { id: { S: "a" } }, ConditionExpression: "attribute_exists(id)" };
  await expect(clients.dynamodb.send(new PutItemCommand(condition))).rejects.toMatchObject({
    name: "ConditionalCheckFailedException",
  });
  const missing = new GetObjectCommand({ Bucket: "nowhere", Key: "k" });
  await expect(clients.s3.send(missing)).rejects.toMatchObject({ name: "NoSuchBucket" });
});

test("S3 takes text and bytes, and gives bodies that can be read in every way", async () => {
  const { clients, engine, context } = memoryAws();
  engine.s3.call(context, "CreateBucket", { Bucket: "bucket" });
  await clients.s3.send(new PutObjectCommand({ Bucket: "bucket", Key: "text", Body: "grün" }));
  const get = async () => (await clients.s3.send(new GetObjectCommand({ Bucket: "bucket", Key: "text" }))).Body;
  expect(await (await get())?.transformToString()).toBe("grün");
  expect(Buffer.from((await (await get())?.transformToByteArray()) ?? []).toString()).toBe("grün");
  const chunks: Uint8Array[] = [];
  for await (const chunk of (await get()) as AsyncIterable<Uint8Array>) {
    chunks.push(chunk);
  }
  expect(Buffer.concat(chunks).toString()).toBe("grün");
  const stream = new PutObjectCommand({ Bucket: "bucket", Key: "stream", Body: new Blob(["x"]).stream() });
  await expect(clients.s3.send(stream)).rejects.toMatchObject({ name: "NotImplemented" });
});

test("what it does not have is an error, and an aborted call is not made", async () => {
  const { clients, dynamodb } = memoryAws();
  dynamodb.createTable("tab");
  class UnheardOfCommand extends ListBucketsCommand {}
  await expect(clients.s3.send(new UnheardOfCommand({}))).rejects.toThrow("s3 in memory has no operation UnheardOf");
  const abortSignal = AbortSignal.abort(new Error("too late"));
  const put = new PutItemCommand({ TableName: "tab", Item: { id: { S: "a" } } });
  await expect(clients.dynamodb.send(put, { abortSignal })).rejects.toThrow("too late");
  const { Item } = await clients.dynamodb.send(new GetItemCommand({ TableName: "tab", Key: { id: { S: "a" } } }));
  expect(Item).toBeUndefined();
});
