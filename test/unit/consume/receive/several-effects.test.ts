// Consumers load them at their first call: not while the clock of a test moves on, which waits for no file.
import "@aws-sdk/client-dynamodb";
import "@aws-sdk/client-sqs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { z } from "zod";
import { type Codec, defineContract, dynamoDbStore, event, type HandlerContext, poll } from "../../../../lib/index.ts";
import { type Call, clientsOf, memoryAws, toSdkError } from "../../../../lib/testing/clients/index.ts";
import { FakeClock } from "../../../support/fake-clock.ts";
import { silent } from "../support.ts";

const contract = defineContract("orders", { Placed: event({ schema: z.object({ id: z.string() }) }) });

/** An event per line of a text. */
const lines: Codec<typeof contract> = async (_, { text }) =>
  text.split("\n").map((id) => ({ event: "Placed" as const, id, source: "/csv", data: { id } }));

/** What happens to a call: nothing, it never arrives, it is carried out and its response is lost, it is throttled. */
const callFault = fc.constantFrom("none", "none", "none", "none", "notSent", "responseLost", "throttled");

/** What a handler does. */
const behaviour = fc.constantFrom("commit", "commit", "throwBefore", "throwAfter", "slow", "hang", "notAwaited");

const course = fc.record({
  /** The events of each message: one may be in several messages, and twice in one. */
  messages: fc.array(fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 4 }), {
    minLength: 1,
    maxLength: 5,
  }),
  fifo: fc.boolean(),
  pollers: fc.integer({ min: 1, max: 2 }),
  calls: fc.array(callFault, { maxLength: 60 }),
  handlers: fc.array(behaviour, { maxLength: 20 }),
  claim: fc.constantFrom("before-handler" as const, "with-commit" as const),
});

type Course = typeof course extends fc.Arbitrary<infer Value> ? Value : never;

/** Milliseconds of virtual time within which everything is done: faults end, and backoff is at most a minute. */
const LONGEST_MS = 1_800_000;

/** SQS and DynamoDB in memory, whose calls go wrong as a course says. */
function world({ messages, fifo, calls }: Course) {
  const clock = new FakeClock();
  const aws = memoryAws({ now: () => clock.now() });
  aws.dynamodb.createTable("claims");
  aws.dynamodb.createTable("effects");
  const perform = (call: Pick<Call, "service" | "operation" | "input">) => {
    try {
      return aws.perform(call);
    } catch (error) {
      throw toSdkError(call.service, error);
    }
  };
  const sqs = (operation: string, input: Call["input"]) => perform({ service: "sqs", operation, input });
  const { QueueUrl: queueUrl } = sqs("CreateQueue", {
    QueueName: fifo ? "orders.fifo" : "orders",
    ...(fifo ? { Attributes: { FifoQueue: "true" } } : {}),
  }) as { QueueUrl: string };
  for (const [n, events] of messages.entries()) {
    sqs("SendMessage", {
      QueueUrl: queueUrl,
      MessageBody: events.map((id) => `e${id}`).join("\n"),
      ...(fifo ? { MessageGroupId: `g${n % 2}`, MessageDeduplicationId: `${n}` } : {}),
    });
  }
  let next = 0;
  const clients = clientsOf(async (call) => {
    call.signal?.throwIfAborted();
    const fault = calls[next++] ?? "none";
    if (fault === "throttled") {
      throw Object.assign(new Error("slower"), { name: "ThrottlingException", $fault: "client" });
    }
    const lost = Object.assign(new Error("no response"), { name: "TimeoutError" });
    if (fault === "notSent") {
      throw lost;
    }
    const response = perform(call);
    if (fault === "responseLost") {
      throw lost;
    }
    if (call.operation === "ReceiveMessage" && !("Messages" in response)) {
      // A long poll.
      await new Promise<void>((resolve) => clock.timer(1_000, resolve));
    }
    return response;
  });
  const left = () => {
    const { Attributes } = sqs("GetQueueAttributes", { QueueUrl: queueUrl, AttributeNames: ["All"] }) as {
      Attributes: Readonly<Record<string, string>>;
    };
    return Number(Attributes.ApproximateNumberOfMessages) + Number(Attributes.ApproximateNumberOfMessagesNotVisible);
  };
  return { aws, clock, clients, queueUrl, left };
}

/** A handler that behaves as the course says, and writes one effect in its transaction. */
function handlerOf({ handlers }: Course, clock: FakeClock) {
  let next = 0;
  return async ({ id }: { id: string }, ctx: HandlerContext) => {
    const what = handlers[next++] ?? "commit";
    const commit = () =>
      ctx.commit([
        {
          Update: {
            TableName: "effects",
            Key: { id: { S: id } },
            UpdateExpression: "ADD times :one",
            ExpressionAttributeValues: { ":one": { N: "1" } },
          },
        },
      ]);
    if (what === "throwBefore") {
      throw new Error("before");
    }
    if (what === "slow") {
      await new Promise<void>((resolve) => clock.timer(20_000, resolve));
    }
    if (what === "hang") {
      await new Promise((_, reject) => ctx.signal.addEventListener("abort", () => reject(ctx.signal.reason)));
    }
    if (what === "notAwaited") {
      void commit();
      return;
    }
    await commit();
    if (what === "throwAfter") {
      throw new Error("after");
    }
  };
}

/** The property: whatever happens, each event of every message has its effect once, and no message is left. */
async function effectsAreThoseOfTheEvents(drawn: Course): Promise<void> {
  const { aws, clock, clients, queueUrl, left } = world(drawn);
  const handle = handlerOf(drawn, clock);
  const store = dynamoDbStore({ table: "claims", client: clients.dynamodb, clock });
  const pollers = Array.from({ length: drawn.pollers }, () =>
    poll(
      contract,
      { Placed: handle },
      {
        queueUrl,
        clock,
        store,
        clients,
        codec: lines,
        consumer: "billing",
        claim: drawn.claim,
        logger: silent,
        handleSignals: false,
        visibilityTimeoutSeconds: 30,
        maxProcessingMs: 60_000,
        backoff: { baseSeconds: 1, capSeconds: 60 },
      },
    ),
  );
  const until = clock.now() + LONGEST_MS;
  while (left() > 0 && clock.now() < until) {
    await clock.advance(5_000);
  }
  const stopped = Promise.all(pollers.map((poller) => poller.stop()));
  await clock.advance(30_000);
  await stopped;
  expect(left(), "messages that are left").toBe(0);
  const events = [...new Set(drawn.messages.flat())].sort().map((id) => [`e${id}`, "1"]);
  const effects = [...aws.dynamodb.items("effects")].map(([key, item]) => [key, item.times?.N]);
  expect(effects.sort()).toEqual(events);
}

test("two messages with the same events, all of them done, do not wait for each other for ever", async () => {
  await effectsAreThoseOfTheEvents({
    messages: [
      [6, 5, 6],
      [6, 4, 4, 2],
      [6, 4, 2, 2],
    ],
    fifo: false,
    pollers: 2,
    calls: ["throttled", "responseLost", "throttled"],
    handlers: [],
    claim: "before-handler",
  });
}, 60_000);

test("poll, with several events per message: the effects in the table are those of the events", async () => {
  await fc.assert(fc.asyncProperty(course, effectsAreThoseOfTheEvents), { numRuns: 40 });
}, 120_000);
