import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { consume, createPublisher, dynamoDbStore, PermanentError, poll, s3PayloadStore } from "../../../lib/index.ts";
import { until } from "../../integration/poll/support.ts";
import { fastClock } from "../../support/fast-clock.ts";
import { DEAD_MODES, type Line } from "../../support/line.ts";
import { BUCKET, bodyOf, contract, inTime, invocation, record, silent, startWorld, type World } from "./support.ts";

let world: World;

beforeAll(async () => {
  world = await startWorld();
});
afterEach(() => {
  world.well();
  vi.unstubAllEnvs();
});
afterAll(async () => {
  await world.close();
});

/** 25 times as fast: 5 s of Fanfare's time limits take 200 ms. */
const clock = fastClock(25);

const POINTER = { ExtendedPayloadSize: { dataType: "Number", stringValue: "100" } };

/** A request that was given up leaves no connection behind. */
const released = (line: Line) => until("the connections of lost requests are closed", () => line.stuck.size === 0);

const CLIENTS = ["clients without time limits", "clients of Fanfare"];

describe.each(DEAD_MODES)("over a line in the mode %s", (mode) => {
  test.each(CLIENTS)("publish and flush end: %s", async (whose) => {
    world.useByDefault();
    const target = await world.topic();
    const clients = whose === "clients of Fanfare" ? {} : { clients: world.clients() };
    const publish = createPublisher(contract, { target, clock, maxAttempts: 4, ...clients });
    world.lines.sns.mode = mode;
    const dead = Array.from({ length: 40 }, (_, n) => publish("Placed", { n, text: "x".repeat(30_000) }));
    const settled = await inTime("publish", Promise.allSettled(dead));
    await inTime("flush", publish.flush());
    expect(new Set(settled.map((each) => each.status === "rejected" && each.reason.code))).toEqual(
      new Set(["PublishFailed"]),
    );
    await released(world.lines.sns);
    world.well();
    const well = Array.from({ length: 20 }, (_, n) => publish("Placed", { n }));
    expect(await inTime("publish", Promise.all(well))).toHaveLength(20);
  });

  test("an attempt without a response is made again with the same event id", async () => {
    const target = await world.queue();
    const publish = createPublisher(contract, { target, clock, clients: world.clients() });
    world.lines.sqs.mode = mode;
    const before = world.lines.sqs.swallowed;
    const published = publish("Placed", { n: 1 }, { id: "once" });
    await until("the first attempt is lost", () => world.lines.sqs.swallowed > before);
    world.well();
    expect(await inTime("publish", published)).toMatchObject({ id: "once" });
  });

  test("publish of a large event ends when S3 does not respond", async () => {
    const { s3, sns } = world.clients();
    const payloads = s3PayloadStore({ client: s3, clock, location: { bucket: BUCKET, prefix: "shop/" } });
    const publish = createPublisher(contract, { target: await world.topic(), clock, payloads, clients: { sns } });
    world.lines.s3.mode = mode;
    const failed = publish("Placed", { n: 1, text: "x".repeat(300_000) }).catch((error: unknown) => error);
    // The head of the response is all that the SDK wants of a PutObject: what follows it is not waited for.
    const isHeadEnough = ["endlessBody", "stalledBody", "cutText", "portal"].includes(mode);
    expect(await inTime("publish", failed)).toMatchObject(isHeadEnough ? {} : { code: "PayloadUnavailable" });
    await released(world.lines.s3);
  });

  test.each(CLIENTS)(
    "an invocation ends in its time when DynamoDB does not respond, and its messages are redelivered: %s",
    async (whose) => {
      world.useByDefault();
      const given = whose === "clients of Fanfare" ? {} : { client: world.clients().dynamodb };
      const store = dynamoDbStore({ table: await world.database.table(), clock, ...given });
      const handled: number[] = [];
      const handler = consume(
        contract,
        { Placed: ({ n }) => void handled.push(n) },
        { store, clock, consumer: "billing", logger: silent, backoff: false },
      );
      world.lines.dynamodb.mode = mode;
      const response = await inTime(
        "the invocation",
        handler({ Records: [record(1), record(2)] }, invocation(clock.now, 30_000)),
      );
      expect(response.batchItemFailures).toHaveLength(2);
      expect(handled).toEqual([]);
      await released(world.lines.dynamodb);
    },
  );

  test("an invocation ends in its time when S3 does not respond, and handles the other messages", async () => {
    const body = await world.offload(bodyOf(1));
    const handled: number[] = [];
    const handler = consume(
      contract,
      { Placed: ({ n }) => void handled.push(n) },
      { clock, logger: silent, backoff: false, payloadSources: `${BUCKET}/shop/`, clients: { s3: world.clients().s3 } },
    );
    const records = [record(1, body, POINTER), record(2)];
    world.lines.s3.mode = mode;
    const started = clock.now();
    const response = await inTime("the invocation", handler({ Records: records }, invocation(clock.now, 900_000)));
    expect(response.batchItemFailures).toEqual([{ itemIdentifier: "m-1" }]);
    expect(handled).toEqual([2]);
    // By its own limit, not by the end of the invocation: 10 s and 16 MiB at a second each.
    expect(clock.now() - started).toBeLessThan(300_000);
    await released(world.lines.s3);
    world.well();
    const again = await handler({ Records: records }, invocation(clock.now, 900_000));
    expect(again.batchItemFailures).toEqual([]);
  });

  test.each(CLIENTS)(
    "an invocation ends in its time when SQS does not respond, at the backoff and at dead-lettering: %s",
    async (whose) => {
      world.useByDefault();
      const clients = whose === "clients of Fanfare" ? {} : { clients: { sqs: world.clients().sqs } };
      const queueArn = record(1).eventSourceARN;
      const handler = consume(
        contract,
        {
          Placed: ({ n }) => {
            throw n === 1 ? new Error("again") : new PermanentError("never");
          },
        },
        { clock, logger: silent, deadLetterQueues: { [queueArn]: { url: await world.queue() } }, ...clients },
      );
      world.lines.sqs.mode = mode;
      const response = await inTime(
        "the invocation",
        handler({ Records: [record(1), record(2)] }, invocation(clock.now, 30_000)),
      );
      expect(response.batchItemFailures).toHaveLength(2);
      await released(world.lines.sqs);
    },
  );

  test("a poller outlives it: it warns, and receives when SQS responds again", async () => {
    world.useByDefault();
    const queueUrl = await world.queue();
    const warned: string[] = [];
    const handled: number[] = [];
    const before = world.lines.sqs.swallowed;
    world.lines.sqs.mode = mode;
    const poller = poll(
      contract,
      { Placed: ({ n }) => void handled.push(n) },
      { queueUrl, clock, handleSignals: false, logger: { ...silent, warn: (message) => void warned.push(message) } },
    );
    await until("it has failed twice", () => poller.health().failedReceives >= 2);
    expect(world.lines.sqs.swallowed).toBeGreaterThan(before);
    expect(warned).toContain("receive failed");
    world.well();
    await world.direct.sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: bodyOf(7) }));
    await until("the message is handled", () => handled.length > 0);
    await inTime("stop", poller.stop());
    expect(poller.health()).toMatchObject({ state: "stopped", inFlight: 0 });
  });

  test.each(["before its first receive", "while it receives", "while it deletes"])(
    "a poller stops in its stop timeout, %s",
    async (when) => {
      const queueUrl = await world.queue();
      const handled = Promise.withResolvers<void>();
      if (when === "before its first receive") {
        world.lines.sqs.mode = mode;
      }
      const before = world.lines.sqs.swallowed;
      const options = { clock, waitTimeSeconds: 0, stopTimeoutMs: 25_000, handleSignals: false, logger: silent };
      const poller = poll(
        contract,
        {
          Placed: () => {
            world.lines.sqs.mode = mode;
            handled.resolve();
          },
        },
        { ...options, queueUrl, clients: world.clients() },
      );
      if (when === "while it deletes") {
        await world.direct.sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: bodyOf(1) }));
        await handled.promise;
      } else if (when === "while it receives") {
        await until("it has received", () => poller.health().lastReceive !== undefined);
        world.lines.sqs.mode = mode;
      }
      await until("a call is lost", () => world.lines.sqs.swallowed > before);
      const stopped = clock.now();
      await inTime("stop", poller.stop());
      // Four seconds of real time for a busy machine, which are 100 s of this clock.
      expect(clock.now() - stopped).toBeLessThan(25_000 + 100_000);
      await released(world.lines.sqs);
    },
  );
});
