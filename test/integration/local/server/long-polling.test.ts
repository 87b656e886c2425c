import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { describe, expect, it } from "vitest";
import { countListeners, soon, startHarness, until } from "./support/harness.ts";

async function createQueue(sqs: SQSClient, Attributes: Record<string, string> = {}) {
  const { QueueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName: "orders", Attributes }));
  return QueueUrl;
}

/** The names of promises in the order in which they end. */
async function orderOf(works: Record<string, Promise<unknown>>): Promise<string[]> {
  const order: string[] = [];
  await Promise.all(Object.entries(works).map(([name, work]) => work.then(() => order.push(name))));
  return order;
}

describe("long polling", () => {
  it("answers as soon as a message arrives", async () => {
    const { sqs, server } = await startHarness();
    const waiting = countListeners(server);
    const QueueUrl = await createQueue(sqs);
    const receive = sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }));
    await until("the receive waits", () => waiting.now === 1);
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "hello" }));
    const result = await soon("the receive brings the message", receive);
    expect(result.Messages?.map(({ Body }) => Body)).toEqual(["hello"]);
    expect(waiting.now).toBe(0);
  });

  it("gives one message to one of several waiting receives", async () => {
    const { sqs, server } = await startHarness();
    const waiting = countListeners(server);
    const QueueUrl = await createQueue(sqs);
    const receives = [1, 2, 3].map(() => sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1 })));
    await until("all wait", () => waiting.now === 3);
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "hello" }));
    const counts = (await Promise.all(receives)).map(({ Messages = [] }) => Messages.length);
    expect(counts.toSorted()).toEqual([0, 0, 1]);
  });

  it("answers when a delay ends", async () => {
    const { sqs } = await startHarness();
    const QueueUrl = await createQueue(sqs);
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "late", DelaySeconds: 1 }));
    const result = await soon(
      "the receive brings the message",
      sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 })),
    );
    expect(result.Messages?.map(({ Body }) => Body)).toEqual(["late"]);
  });

  it("answers when a visibility timeout ends", async () => {
    const { sqs } = await startHarness();
    const QueueUrl = await createQueue(sqs, { VisibilityTimeout: "1" });
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "again" }));
    await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
    const result = await soon(
      "the receive brings the message",
      sqs.send(
        new ReceiveMessageCommand({
          QueueUrl,
          WaitTimeSeconds: 20,
          MessageSystemAttributeNames: ["ApproximateReceiveCount"],
        }),
      ),
    );
    expect(result.Messages?.[0]?.Attributes?.ApproximateReceiveCount).toBe("2");
  });

  it("waits no longer than asked, and not at all without being asked", async () => {
    const { sqs } = await startHarness();
    const QueueUrl = await createQueue(sqs);
    const receive = async (WaitTimeSeconds?: number) => {
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds }));
      expect(Messages).toEqual([]);
    };
    expect(await orderOf({ two: receive(2), one: receive(1), none: receive() })).toEqual(["none", "one", "two"]);
  });

  it("takes the queue's own waiting time where the call names none", async () => {
    const { sqs } = await startHarness();
    const QueueUrl = await createQueue(sqs, { ReceiveMessageWaitTimeSeconds: "1" });
    const receive = (WaitTimeSeconds?: number) => sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds }));
    const order = await orderOf({ longer: receive(2), "the queue's own": receive(), none: receive(0) });
    expect(order).toEqual(["none", "the queue's own", "longer"]);
  });

  it("refuses a bad request at once", async () => {
    const { sqs } = await startHarness();
    const QueueUrl = await createQueue(sqs);
    await expect(sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 21 }))).rejects.toThrow();
    await expect(
      sqs.send(new ReceiveMessageCommand({ QueueUrl: `${QueueUrl}x`, WaitTimeSeconds: 20 })),
    ).rejects.toMatchObject({ name: "QueueDoesNotExist" });
  });

  it("takes no message for a client that has gone", async () => {
    const { sqs, server } = await startHarness();
    const waiting = countListeners(server);
    const QueueUrl = await createQueue(sqs);
    const abort = new AbortController();
    const receive = sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }), {
      abortSignal: abort.signal,
    });
    await until("the receive waits", () => waiting.now === 1);
    abort.abort();
    await expect(receive).rejects.toMatchObject({ name: "AbortError" });
    await until("the server has noticed", () => waiting.now === 0);
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "for somebody else" }));
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({
        QueueUrl,
        AttributeNames: ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
      }),
    );
    expect(Attributes).toEqual({ ApproximateNumberOfMessages: "1", ApproximateNumberOfMessagesNotVisible: "0" });
  });

  it("ends with an empty answer when the server closes", async () => {
    const { sqs, server } = await startHarness();
    const waiting = countListeners(server);
    const QueueUrl = await createQueue(sqs);
    const receive = sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }));
    await until("the receive waits", () => waiting.now === 1);
    await soon("the server closes", server.close());
    expect((await receive).Messages ?? []).toEqual([]);
  });
});
