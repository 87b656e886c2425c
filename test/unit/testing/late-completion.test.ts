import { expect, test } from "vitest";
import { dynamoDbStore } from "../../../lib/idempotency/index.ts";
import { clientsOf } from "../../../lib/testing/clients/index.ts";
import { memoryAws } from "../../../lib/testing/index.ts";

/**
 * Found by the simulator: a worker sends a completion and dies, the request stays under way past the lease, and arrives between
 * another worker's look at the claim and its takeover.
 */
test("a takeover does not delete a completion that arrived after the claim was looked at", async () => {
  let now = 0;
  const aws = memoryAws({ now: () => now });
  aws.dynamodb.createTable("records");
  const storeOf = (client = aws.clients.dynamodb) =>
    dynamoDbStore({ table: "records", client, clock: { ...clock, now: () => now } });
  const late = storeOf();
  await late.claim([{ key: "k", owner: "late", leaseUntil: 1_000 }]);
  now = 10_000;

  const slow = clientsOf(async (call) => {
    const answer = aws.perform(call);
    if (call.operation === "BatchGetItem") {
      await late.complete([{ key: "k", owner: "late" }]);
    }
    return answer;
  });
  const [outcome] = await storeOf(slow.dynamodb).claim([{ key: "k", owner: "next", leaseUntil: 20_000 }]);

  expect(outcome?.status).toBe("done");
  expect(aws.dynamodb.items("records").get("k")).toMatchObject({ owner: { S: "late" }, state: { S: "done" } });
});

const clock = {
  random: () => 0.5,
  timer: (_ms: number, callback: () => void) => {
    queueMicrotask(callback);
    return () => {};
  },
  nextTurn: queueMicrotask,
};
