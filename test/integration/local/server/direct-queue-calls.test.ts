/** The calls that mappings make to the engine of their own process agree with those over HTTP. */
import { setImmediate as nextTurn } from "node:timers/promises";
import { CreateQueueCommand, GetQueueAttributesCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { describe, expect, it, onTestFinished } from "vitest";
import { ClientPool } from "../../../../lib/local/clients/index.ts";
import { describeError, type QueueCalls } from "../../../../lib/local/common/index.ts";
import { EventSourceMapping, QueueClient } from "../../../../lib/local/pollers/index.ts";
import { ACCOUNT, countListeners, type Harness, REGION, soon, startHarness, until } from "./support/harness.ts";

const PLACE = { region: REGION, accountId: ACCOUNT };
const ARN = `arn:aws:sqs:${REGION}:${ACCOUNT}:orders`;

async function startWithQueue(Attributes: Record<string, string> = {}) {
  const harness = await startHarness();
  const { QueueUrl = "" } = await harness.sqs.send(new CreateQueueCommand({ QueueName: "orders", Attributes }));
  return { ...harness, QueueUrl, direct: harness.server.queueCalls(PLACE) };
}

async function depth({ server }: Pick<Harness, "server">, QueueUrl: string) {
  const { Attributes } = await server.queueCalls(PLACE).getQueueAttributes({
    QueueUrl,
    AttributeNames: ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
  });
  return {
    visible: Attributes?.ApproximateNumberOfMessages,
    inFlight: Attributes?.ApproximateNumberOfMessagesNotVisible,
  };
}

/** A mapping that polls through these calls; its function succeeds. */
function startMapping(calls: QueueCalls, queueUrl: string) {
  const seen = { receives: 0, problems: [] as string[], bodies: [] as string[] };
  const counted: QueueCalls = {
    ...calls,
    receiveMessage: (input, signal) => {
      seen.receives += 1;
      return calls.receiveMessage(input, signal);
    },
  };
  const mapping = new EventSourceMapping({
    configuration: {
      uuid: "one",
      functionName: "function",
      queueArn: ARN,
      queueUrl,
      ...PLACE,
      enabled: true,
      batchSize: 10,
      windowSeconds: 0,
      maximumConcurrency: undefined,
      filters: [],
      reportBatchItemFailures: false,
    },
    concurrency: 1,
    queue: new QueueClient(counted, { url: queueUrl, arn: ARN }),
    invoke: async (records) => {
      seen.bodies.push(...records.map(({ body }) => body));
      return { status: "succeeded", requestId: "r", durationMs: 1, response: null };
    },
    onEvent: (event) => {
      if (event.type === "problem") {
        seen.problems.push(event.message);
      }
    },
  });
  void mapping.start();
  onTestFinished(() => mapping.stop());
  return { mapping, seen };
}

describe("a closed server", () => {
  it("refuses to receive, at once", async () => {
    const { server, direct, QueueUrl } = await startWithQueue();
    await server.close();
    await expect(direct.receiveMessage({ QueueUrl, WaitTimeSeconds: 20 })).rejects.toMatchObject({
      code: "Closed",
      message: "the local runtime has been closed",
    });
  });

  it("is a problem of the mapping that polls it, which then pauses", async () => {
    const { server, direct, QueueUrl } = await startWithQueue();
    const waiting = countListeners(server);
    const { mapping, seen } = startMapping(direct, QueueUrl);
    await until("the mapping waits for messages", () => waiting.now === 1);
    await server.close();
    await until("the mapping has found it closed", () => seen.problems.length > 0);
    for (let turn = 0; turn < 1_000; turn++) {
      await nextTurn();
    }
    // Its pauses double from 100 ms: ten receives would take most of a minute.
    expect(seen.receives).toBeLessThan(10);
    expect(new Set(seen.problems)).toEqual(new Set(["cannot receive: the local runtime has been closed"]));
    await soon("the mapping stops", mapping.stop());
  });
});

describe("a queue that always has messages", () => {
  it("leaves turns to the rest of the process", async () => {
    const { sqs, direct, QueueUrl } = await startWithQueue({ VisibilityTimeout: "0" });
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "again and again" }));
    let isAnswered = false;
    const answered = sqs.send(new GetQueueAttributesCommand({ QueueUrl })).then(() => {
      isAnswered = true;
    });
    let receives = 0;
    while (!isAnswered && receives < 50_000) {
      const { Messages = [] } = await direct.receiveMessage({ QueueUrl });
      expect(Messages).toHaveLength(1);
      receives += 1;
    }
    expect({ isAnswered, receives }).toEqual({ isAnswered: true, receives: expect.any(Number) });
    await answered;
  });
});

describe("a stop during a long poll", () => {
  it("ends it at once, and a message that comes then is left for others", async () => {
    const { sqs, server, direct, QueueUrl } = await startWithQueue();
    const waiting = countListeners(server);
    const { mapping, seen } = startMapping(direct, QueueUrl);
    await until("the mapping waits for messages", () => waiting.now === 1);
    await soon("the mapping stops", mapping.stop());
    expect(waiting.now).toBe(0);
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "for somebody else" }));
    expect(await depth({ server }, QueueUrl)).toEqual({ visible: "1", inFlight: "0" });
    expect(seen).toEqual({ receives: 1, problems: [], bodies: [] });
  });

  it.each(["before", "after"])("loses nothing that arrives in the same turn, %s the stop", async (when) => {
    const { server, direct, QueueUrl } = await startWithQueue();
    const waiting = countListeners(server);
    const { mapping, seen } = startMapping(direct, QueueUrl);
    await until("the mapping waits for messages", () => waiting.now === 1);
    const send = () => server.engine.sqs.call(PLACE, "SendMessage", { QueueUrl, MessageBody: "just now" });
    if (when === "before") {
      send();
    }
    const stopped = mapping.stop();
    if (when === "after") {
      send();
    }
    await soon("the mapping stops", stopped);
    expect(await depth({ server }, QueueUrl)).toEqual({ visible: "1", inFlight: "0" });
    expect(seen).toEqual({ receives: 1, problems: [], bodies: [] });
  });

  it("gives back what was received just before it", async () => {
    const { server, direct, QueueUrl } = await startWithQueue();
    const waiting = countListeners(server);
    const received = Promise.withResolvers<void>();
    const { mapping, seen } = startMapping(
      {
        ...direct,
        receiveMessage: async (input, signal) => {
          const output = await direct.receiveMessage(input, signal);
          received.resolve();
          return output;
        },
      },
      QueueUrl,
    );
    await until("the mapping waits for messages", () => waiting.now === 1);
    server.engine.sqs.call(PLACE, "SendMessage", { QueueUrl, MessageBody: "just now" });
    const stopped = received.promise.then(() => mapping.stop());
    await soon("the mapping stops", stopped);
    const left = await depth({ server }, QueueUrl);
    expect([left, seen.bodies]).toEqual([{ visible: "1", inFlight: "0" }, []]);
  });
});

describe("errors", () => {
  type Attempt = (calls: QueueCalls, QueueUrl: string) => Promise<unknown>;
  const textOf = (call: Promise<unknown>) => call.then(() => "no error", describeError);
  /** The calls of this process, and those through the SDK. */
  const bothWays = (server: Harness["server"], place = PLACE): readonly QueueCalls[] => {
    const pool = new ClientPool({ endpoint: server.endpoint, dynamoDbEndpoint: server.endpoint });
    onTestFinished(() => pool.close());
    return [server.queueCalls(place), pool.queueCalls(place)];
  };
  const entries = (count: number, more: object = {}) =>
    Array.from({ length: count }, (_, at) => ({ Id: String(at), ReceiptHandle: "garbage", ...more }));

  it.each<[string, Attempt]>([
    ["a queue that there is not", (calls, QueueUrl) => calls.receiveMessage({ QueueUrl: `${QueueUrl}x` })],
    ["a wait of 21 s", (calls, QueueUrl) => calls.receiveMessage({ QueueUrl, WaitTimeSeconds: 21 })],
    ["eleven messages", (calls, QueueUrl) => calls.receiveMessage({ QueueUrl, MaxNumberOfMessages: 11 })],
    ["no entries to delete", (calls, QueueUrl) => calls.deleteMessageBatch({ QueueUrl, Entries: [] })],
    ["eleven entries to delete", (calls, QueueUrl) => calls.deleteMessageBatch({ QueueUrl, Entries: entries(11) })],
    [
      "two entries to change with one id",
      (calls, QueueUrl) => calls.changeMessageVisibilityBatch({ QueueUrl, Entries: entries(2, { Id: "a" }) }),
    ],
    [
      "attributes of a queue that there is not",
      (calls, QueueUrl) => calls.getQueueAttributes({ QueueUrl: `${QueueUrl}x`, AttributeNames: ["All"] }),
    ],
    [
      "an attribute that there is not",
      (calls, QueueUrl) => calls.getQueueAttributes({ QueueUrl, AttributeNames: ["Nothing" as "All"] }),
    ],
  ])("for %s have the text that they have over HTTP", async (_, attempt) => {
    const { server, QueueUrl } = await startWithQueue();
    const texts = bothWays(server).map((calls) => textOf(attempt(calls, QueueUrl)));
    const [own, overHttp] = await Promise.all(texts);
    expect(own).toMatch(/^\w+: ./);
    expect(own).toBe(overHttp);
  });

  it("for a queue of another account have that text too", async () => {
    const { server, QueueUrl } = await startWithQueue();
    const other = { region: REGION, accountId: "111111111111" };
    const texts = bothWays(server, other).map((calls) => textOf(calls.receiveMessage({ QueueUrl })));
    const [own, overHttp] = await Promise.all(texts);
    expect(own).toMatch(/^AccessDenied: User: arn:aws:iam::111111111111:root is not authorized/);
    expect(own).toBe(overHttp);
  });

  it("of single entries are those that they are over HTTP", async () => {
    const { server, QueueUrl } = await startWithQueue();
    const [own, overHttp] = await Promise.all(
      bothWays(server).map(async (calls) => [
        (await calls.deleteMessageBatch({ QueueUrl, Entries: entries(2) })).Failed,
        (await calls.changeMessageVisibilityBatch({ QueueUrl, Entries: entries(2, { VisibilityTimeout: 0 }) })).Failed,
      ]),
    );
    expect(own).toEqual(overHttp);
    expect(own?.flatMap((failed) => failed?.map(({ SenderFault }) => SenderFault))).toEqual([true, true, true, true]);
  });
});
