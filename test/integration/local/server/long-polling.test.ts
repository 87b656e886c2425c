import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { describe, expect, it } from "vitest";
import { startHarness, until } from "./support/harness.ts";

async function createQueue(sqs: SQSClient, Attributes: Record<string, string> = {}) {
  const { QueueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName: "orders", Attributes }));
  return QueueUrl;
}

/** Counts the waiting receives of an engine: each of them listens for changes. */
function countListeners(server: Awaited<ReturnType<typeof startHarness>>["server"]) {
  const { sqs } = server.engine;
  const original = sqs.onChange.bind(sqs);
  const waiting = { now: 0 };
  sqs.onChange = (listener) => {
    const unsubscribe = original(listener);
    waiting.now += 1;
    return () => {
      waiting.now -= 1;
      unsubscribe();
    };
  };
  return waiting;
}

async function timed<Result>(work: Promise<Result>): Promise<{ result: Result; milliseconds: number }> {
  const started = performance.now();
  const result = await work;
  return { result, milliseconds: performance.now() - started };
}

describe("long polling", () => {
  it("answers as soon as a message arrives", async () => {
    const { sqs, server } = await startHarness();
    const waiting = countListeners(server);
    const QueueUrl = await createQueue(sqs);
    const receive = timed(sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 })));
    await until("the receive waits", () => waiting.now === 1);
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "hello" }));
    const { result, milliseconds } = await receive;
    expect(result.Messages?.map(({ Body }) => Body)).toEqual(["hello"]);
    expect(milliseconds).toBeLessThan(5_000);
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
    const { result, milliseconds } = await timed(
      sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 })),
    );
    expect(result.Messages?.map(({ Body }) => Body)).toEqual(["late"]);
    expect(milliseconds).toBeLessThan(5_000);
  });

  it("answers when a visibility timeout ends", async () => {
    const { sqs } = await startHarness();
    const QueueUrl = await createQueue(sqs, { VisibilityTimeout: "1" });
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "again" }));
    await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
    const { result, milliseconds } = await timed(
      sqs.send(
        new ReceiveMessageCommand({
          QueueUrl,
          WaitTimeSeconds: 20,
          MessageSystemAttributeNames: ["ApproximateReceiveCount"],
        }),
      ),
    );
    expect(result.Messages?.[0]?.Attributes?.ApproximateReceiveCount).toBe("2");
    expect(milliseconds).toBeLessThan(5_000);
  });

  it("waits no longer than asked, and not at all without being asked", async () => {
    const { sqs } = await startHarness();
    const QueueUrl = await createQueue(sqs);
    const one = await timed(sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1 })));
    expect(one.result.Messages ?? []).toEqual([]);
    expect(one.milliseconds).toBeGreaterThan(900);
    const none = await timed(sqs.send(new ReceiveMessageCommand({ QueueUrl })));
    expect(none.milliseconds).toBeLessThan(900);
  });

  it("takes the queue's own waiting time where the call names none", async () => {
    const { sqs } = await startHarness();
    const QueueUrl = await createQueue(sqs, { ReceiveMessageWaitTimeSeconds: "1" });
    const waited = await timed(sqs.send(new ReceiveMessageCommand({ QueueUrl })));
    expect(waited.milliseconds).toBeGreaterThan(900);
    const short = await timed(sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 0 })));
    expect(short.milliseconds).toBeLessThan(900);
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
    const { milliseconds } = await timed(server.close());
    expect((await receive).Messages ?? []).toEqual([]);
    expect(milliseconds).toBeLessThan(1_500);
  });
});
