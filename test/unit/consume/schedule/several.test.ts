import { describe, expect, test } from "vitest";
import type { Logger } from "../../../../lib/index.ts";
import { DEAD_LETTER_QUEUES, QUEUE_ARN, record, silent } from "../support.ts";
import { message, World } from "./world.ts";

/** A dead-letter queue that takes what was started so often. */
const withAttempts = (maxAttempts: number) => ({
  deadLetterQueues: { [QUEUE_ARN]: { url: "https://sqs/dlq", maxAttempts } },
});

describe("the outcome of a message with several events", () => {
  test.each([
    ["done, if the others are duplicates", "old a", "done"],
    ["a duplicate, if all are", "old older", "duplicate"],
    ["dead-lettered, if what is left can never succeed", "a bad old", "deadLettered"],
    ["a retry, if one may succeed later", "bad failing a", "retry"],
  ])("is %s", async (_, text, outcome) => {
    const world = new World();
    world.finish("old");
    world.finish("older");
    world.failing.add("failing");
    const outcomes: unknown[] = [];
    const note: Logger["info"] = (_line, fields) => void (fields?.outcome && outcomes.push(fields.outcome));
    const logger: Logger = { ...silent, info: note, warn: note, error: note };
    await world.end(await world.consume([message(text)], { logger, deadLetterQueues: DEAD_LETTER_QUEUES }));
    expect(outcomes).toEqual([outcome]);
  });
});

describe("the tries of a message with several events", () => {
  test("are those of the failed event that was started most often", async () => {
    const world = new World();
    world.failing.add("a").add("b");
    world.release("a", 2);
    const answer = await world.consume([message("a b")], withAttempts(3));
    await world.end(answer);
    expect([answer.failed, world.reasons]).toMatchObject([[], [{ error: "Error", tries: 3 }]]);
  });

  test("are not those of an event that succeeded", async () => {
    const world = new World();
    world.failing.add("b");
    world.release("a", 2);
    const answer = await world.consume([message("a b")], withAttempts(3));
    await world.end(answer);
    expect([answer.failed, world.reasons, world.isDone("a")]).toEqual([[0], [], true]);
  });

  test("are its receives where nobody counts", async () => {
    const world = new World();
    world.failing.add("b");
    const received = record("a b", { attributes: { ApproximateReceiveCount: "3" } });
    const answer = await world.consume([received], { ...withAttempts(3), guarantee: "at-least-once" });
    await world.end(answer);
    expect([answer.failed, world.reasons]).toMatchObject([[], [{ error: "Error", attempt: 3 }]]);
  });
});

test("at-most-once: the dead letter names the claim of the event that was started, and starts it again", async () => {
  const world = new World();
  world.failing.add("b");
  const options = { guarantee: "at-most-once", deadLetterQueues: DEAD_LETTER_QUEUES } as const;
  const answer = await world.consume([message("bad a b")], options);
  await world.end(answer);
  expect([answer.failed, world.handled]).toEqual([[], ["handle a", "handle b"]]);
  const [reason] = world.reasons;
  expect(reason).toMatchObject({ claim: expect.any(String) });
  world.failing.clear();
  const fanfareFailure = { dataType: "String", stringValue: JSON.stringify(reason) };
  await world.end(await world.consume([record("bad a b", { messageAttributes: { fanfareFailure } })], options));
  expect(world.handled).toEqual(["handle a", "handle b", "handle b"]);
  expect(world.isDone("b")).toBe(true);
});

describe("one of several events of a message", () => {
  test("that another message has too waits for its claim, and is a duplicate if it was done", async () => {
    const world = new World();
    world.finish("a");
    const claimed = world.hold("claim a");
    const answer = await world.consume([message("a"), message("a b")]);
    expect(world.log).toEqual(["claim a"]);
    claimed();
    await world.end(answer);
    expect([world.handled, answer.failed]).toEqual([["handle b"], []]);
  });

  test("that an earlier worker was interrupted with is handled when the one before it has ended", async () => {
    const world = new World();
    world.interrupt("b");
    const answer = await world.consume([message("a b c")]);
    await world.end(answer);
    expect([world.handled, answer.failed]).toEqual([["handle a", "handle b", "handle c"], []]);
    expect(world.log.indexOf("complete a")).toBeLessThan(world.log.indexOf("handle b"));
  });

  test("that failed keeps those after it from being handled on a FIFO queue, and not on a standard queue", async () => {
    const world = new World();
    world.failing.add("a").add("c");
    const answer = await world.consume([message("a b", "g"), message("c d")]);
    await world.end(answer);
    expect(world.handled.toSorted()).toEqual(["handle a", "handle c", "handle d"]);
    expect(answer.failed).toEqual([0, 1]);
  });
});
