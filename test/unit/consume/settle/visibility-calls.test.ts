import { SQSClient } from "@aws-sdk/client-sqs";
import { afterEach, expect, test, vi } from "vitest";
import { type Claim, RetryError, type SettleResult } from "../../../../lib/index.ts";
import { envelope, FIFO_ARN, MemoryStore, record, run } from "../support.ts";

interface Entry {
  readonly ReceiptHandle: string;
  readonly VisibilityTimeout: number;
}

const clients: SQSClient[] = [];
afterEach(() => {
  for (const client of clients.splice(0)) {
    client.destroy();
  }
});

/** A client that answers without a network, with the entries of each call that sets visibility. */
function recording() {
  const calls: Entry[][] = [];
  const sqs = new SQSClient({ region: "eu-central-1", credentials: { accessKeyId: "a", secretAccessKey: "b" } });
  clients.push(sqs);
  sqs.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        if (commandName !== "ChangeMessageVisibilityBatchCommand") {
          return await next(args);
        }
        const { Entries } = args.input as unknown as { Entries: Entry[] };
        calls.push(Entries);
        return {
          response: {},
          output: { $metadata: {}, Successful: Entries.map((_, index) => ({ Id: String(index) })) } as never,
        };
      },
    { step: "initialize", name: "recording" },
  );
  return { sqs, calls, seconds: () => calls.map((entries) => entries.map((entry) => entry.VisibilityTimeout)) };
}

/** A store whose releases are answered when they are let to be. */
class SlowReleases extends MemoryStore {
  readonly #held = Promise.withResolvers<void>();
  fails = false;

  override async release(claims: readonly Claim[]): Promise<readonly SettleResult[]> {
    const outcomes = await super.release(claims);
    await this.#held.promise;
    return this.fails ? claims.map(() => ({ status: "unavailable", error: new Error("gone") })) : outcomes;
  }

  answer(): void {
    this.#held.resolve();
  }
}

const releases = (store: MemoryStore) => store.calls.filter(({ step }) => step === "release").length;
const failing = (after: number) => () => {
  throw new RetryError("later", { after });
};

test("the redelivery is set while the claim is being released, in shared calls", async () => {
  const { sqs, seconds } = recording();
  const store = new SlowReleases();
  const records = ["a", "b", "c"].map((id, n) => record(envelope(id, { n })));
  const handler = ({ n }: { n: number }) => (n === 1 ? undefined : failing(5 + n)());
  const running = run({ Placed: handler }, records, { store, clients: { sqs } });
  await vi.waitFor(() => expect(seconds()).toEqual([[5, 7]]));
  expect(releases(store)).toBe(1);
  store.answer();
  expect(await running).toEqual([records[0]?.messageId, records[2]?.messageId]);
  expect(seconds()).toEqual([[5, 7]]);
});

test("an immediate redelivery waits for the release: it would find its own claim", async () => {
  const { sqs, seconds } = recording();
  const store = new SlowReleases();
  const records = [record(envelope("now")), record(envelope("later"))];
  const handlers = {
    Placed: (_data: unknown, { event }: { event: { id: string } }) => failing(event.id === "now" ? 0 : 1)(),
  };
  const running = run(handlers, records, { store, clients: { sqs } });
  await vi.waitFor(() => expect(seconds()).toEqual([[1]]));
  store.answer();
  expect(await running).toHaveLength(2);
  expect(seconds()).toEqual([[1], [0]]);
});

test("a claim that cannot be released delays the redelivery until its lease ends", async () => {
  const { sqs, seconds } = recording();
  const store = new SlowReleases();
  store.fails = true;
  const running = run({ Placed: failing(1) }, [record(envelope("a"))], { store, clients: { sqs } }, 60_000);
  await vi.waitFor(() => expect(seconds()).toEqual([[1]]));
  store.answer();
  expect(await running).toHaveLength(1);
  expect(seconds()).toHaveLength(2);
  expect(seconds()[1]?.[0]).toBeGreaterThan(50);
});

test("the rest of a group is redelivered with what failed", async () => {
  const { sqs, calls, seconds } = recording();
  const store = new SlowReleases();
  const records = ["a", "b", "c"].map((id) => record(envelope(id), { group: "g", eventSourceARN: FIFO_ARN }));
  const running = run({ Placed: failing(3) }, records, { store, clients: { sqs } });
  await vi.waitFor(() => expect(releases(store)).toBe(1));
  store.answer();
  expect(await running).toEqual(records.map(({ messageId }) => messageId));
  expect(seconds().flat()).toEqual([3, 3, 3]);
  expect(calls.flat().map(({ ReceiptHandle }) => ReceiptHandle)).toEqual(
    records.map(({ receiptHandle }) => receiptHandle),
  );
});

test("without a store there is nothing to wait for, and one call", async () => {
  const { sqs, seconds } = recording();
  const records = Array.from({ length: 10 }, (_, n) => record(envelope(`e-${n}`)));
  await run({ Placed: failing(2) }, records, { clients: { sqs } });
  expect(seconds()).toEqual([new Array(10).fill(2)]);
});
