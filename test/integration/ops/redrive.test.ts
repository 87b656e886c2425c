import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DeleteMessageCommand, GetQueueAttributesCommand, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  findDeadLetters,
  type LetterFilter,
  type MoveOptions,
  type MoveProgress,
  moveLetters,
  planMove,
  readLetters,
  surveyLetters,
} from "../../../lib/ops/index.ts";
import { Shop, until } from "./shop.ts";

const numbered = (prefix: string, count: number) => Array.from({ length: count }, (_, index) => `${prefix}-${index}`);

async function countIn(shop: Shop, logicalId: string): Promise<number> {
  const { Attributes = {} } = await shop.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: shop.url(logicalId), AttributeNames: ["All"] }),
  );
  return Number(Attributes.ApproximateNumberOfMessages) + Number(Attributes.ApproximateNumberOfMessagesNotVisible);
}

async function move(
  shop: Shop,
  filter: LetterFilter,
  options: MoveOptions & { readonly limit?: number } = {},
  kind?: "delivery",
): Promise<MoveProgress> {
  const target = findDeadLetters(await shop.fleet(), "Billing", kind);
  let last: MoveProgress | undefined;
  for await (const progress of moveLetters(shop.cloud, target, filter, { leaseSeconds: 2, ...options })) {
    last = progress;
  }
  if (last === undefined) {
    throw new Error("no progress was told");
  }
  return last;
}

describe("the letters of a consumer", () => {
  let shop: Shop;

  beforeAll(async () => {
    shop = await Shop.start();
    shop.break("odd");
    await shop.send("Work", numbered("a", 20));
    await until(async () => (await countIn(shop, "Work")) === 0, "half of the orders are dead-lettered");
    shop.break("type");
    await shop.send("Work", numbered("b", 3));
    await until(async () => (await countIn(shop, "Dead")) === 13, "three more are dead-lettered");
    await shop.send("Dead", numbered("c", 2));
    shop.break(undefined);
  });

  afterAll(async () => {
    await shop[Symbol.asyncDispose]();
  });

  test("are grouped by cause, whatever amounts and ids their messages hold, and are given back", async () => {
    const target = findDeadLetters(await shop.fleet(), "Billing");
    const survey = await surveyLetters(shop.cloud, target);
    expect(survey).toMatchObject({ seen: 15, approximate: 15, complete: true, headsOnly: false });
    expect(survey.groups.map(({ count, kind, error }) => [count, kind, error])).toEqual([
      [10, "failure", "Permanent"],
      [3, "failure", "Permanent"],
      [2, "moved by SQS", "too many receives"],
    ]);
    const [declined, typed] = survey.groups;
    expect(declined?.message).toMatch(/^cannot charge order a-\d+: gateway said \d+$/);
    expect(declined).toMatchObject({ consumer: "shop.Billing", types: { "shop.OrderPlaced": 10 }, returned: 0 });
    expect(declined?.frame).toContain("charge");
    expect(typed?.fingerprint).not.toBe(declined?.fingerprint);
    // Nothing stays hidden.
    expect((await surveyLetters(shop.cloud, target)).seen).toBe(15);
    expect((await surveyLetters(shop.cloud, target, { limit: 4 })).seen).toBeGreaterThanOrEqual(4);
  });

  test("an empty filter is refused, and a plan moves nothing", async () => {
    await expect(move(shop, {})).rejects.toThrow(/filter is empty.*say all/);
    const target = findDeadLetters(await shop.fleet(), "Billing");
    const plan = await planMove(shop.cloud, target, { all: true }, { rate: 5 });
    expect(plan).toMatchObject({ matching: 15, seconds: 3, to: { name: "shop-billing" }, complete: true });
    expect(plan.retentionLeftSeconds).toBeGreaterThan(1_200_000);
    expect(await countIn(shop, "Dead")).toBe(15);
  });

  test("one group is redriven, and the others stay", async () => {
    const target = findDeadLetters(await shop.fleet(), "Billing");
    const { groups } = await surveyLetters(shop.cloud, target);
    const before = shop.effects.length;
    const result = await move(shop, { fingerprints: [groups[0]?.fingerprint ?? "none"] });
    expect(result).toMatchObject({ moved: 10, skipped: 5, failed: 0, done: true });
    await until(() => shop.effects.length === before + 10, "the ten orders are charged");
    expect(new Set(shop.effects).size).toBe(shop.effects.length);
    expect(await countIn(shop, "Dead")).toBe(5);
  });

  test("a letter that comes back says how often it was redriven", async () => {
    shop.break("type");
    // However fast it is back: one move does not redrive it twice.
    expect(await move(shop, { types: ["OrderPlaced"], ids: ["event-b-0"] })).toMatchObject({ moved: 1 });
    await until(async () => (await countIn(shop, "Dead")) === 5, "it is back");
    expect(await move(shop, { ids: ["event-b-0"] })).toMatchObject({ moved: 1 });
    await until(async () => (await countIn(shop, "Dead")) === 5, "it is back again");
    const letters: number[] = [];

    for await (const some of readLetters(shop.cloud, findDeadLetters(await shop.fleet(), "Billing"))) {
      letters.push(...some.filter(({ event }) => event?.id === "event-b-0").map(({ redrives }) => redrives));
    }
    expect(letters).toEqual([2]);
    shop.break(undefined);
  });

  test("what SNS could not deliver goes to the subscriber's queue", async () => {
    await shop.send("Undelivered", numbered("u", 3));
    const result = await move(shop, { all: true }, {}, "delivery");
    expect(result).toMatchObject({ moved: 3, failed: 0 });
    await until(() => shop.effects.filter((id) => id.startsWith("u-")).length === 3, "the three orders are charged");
  });
});

describe("a move with a journal", () => {
  test("deletes what an earlier run has sent, and does not send it again", async () => {
    await using shop = await Shop.start({ polled: false });
    const folder = mkdtempSync(join(tmpdir(), "fanfare-journal-"));
    const journal = join(folder, "move.ndjson");
    await shop.send("Dead", numbered("a", 30));
    const first = await move(shop, { all: true }, { limit: 10, journal });
    expect(first.moved).toBe(10);

    const { Messages = [] } = await shop.sqs.send(
      new ReceiveMessageCommand({ QueueUrl: shop.url("Dead"), MaxNumberOfMessages: 3, VisibilityTimeout: 1 }),
    );
    // As a process writes that is killed between sending and deleting; its last line is torn.
    appendFileSync(journal, `${JSON.stringify({ sent: Messages.map(({ MessageId }) => MessageId) })}\n{"dele`);
    const second = await move(shop, { all: true }, { journal });
    expect(second).toMatchObject({ moved: 30, failed: 0 });
    expect(await countIn(shop, "Dead")).toBe(0);
    expect(await countIn(shop, "Work")).toBe(30 - Messages.length);
    rmSync(folder, { recursive: true });
  });

  test("the journal of another move is refused", async () => {
    await using shop = await Shop.start({ polled: false });
    const folder = mkdtempSync(join(tmpdir(), "fanfare-journal-"));
    const journal = join(folder, "move.ndjson");
    await shop.send("Dead", ["a-1"]);
    await move(shop, { all: true }, { journal });
    await expect(move(shop, { all: true }, { journal }, "delivery")).rejects.toThrow(/not the journal of a move/);
    rmSync(folder, { recursive: true });
  });

  test("keeps the order of each group on FIFO, and the rate", async () => {
    await using shop = await Shop.start({ polled: false, fifo: true });
    const orders = Array.from({ length: 40 }, (_, index) => `g${index % 3}-${String(index).padStart(2, "0")}`);
    await shop.send("Dead", orders);
    const started = performance.now();
    expect(await move(shop, { all: true }, { rate: 20 })).toMatchObject({ moved: 40, failed: 0 });
    expect(performance.now() - started).toBeGreaterThan(1_000);
    const bodies: string[] = [];
    await until(async () => {
      const { Messages = [] } = await shop.sqs.send(
        new ReceiveMessageCommand({ QueueUrl: shop.url("Work"), MaxNumberOfMessages: 10 }),
      );
      bodies.push(...Messages.map(({ Body = "" }) => JSON.parse(Body).data.orderId));

      for (const { ReceiptHandle } of Messages) {
        await shop.sqs.send(new DeleteMessageCommand({ QueueUrl: shop.url("Work"), ReceiptHandle }));
      }
      return bodies.length === 40;
    }, "all are in the queue");
    for (const group of ["g0", "g1", "g2"]) {
      const own = bodies.filter((id) => id.startsWith(group));
      expect(own).toEqual([...own].sort());
    }
  });
});
