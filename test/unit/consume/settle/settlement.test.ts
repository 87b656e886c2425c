import { describe, expect, test } from "vitest";
import { Delivery, type Execution, type Logger, type Outcome } from "../../../../lib/consume/record/index.ts";
import { DeadLetters, type Messages, Settlement } from "../../../../lib/consume/settle/index.ts";
import { FakeClock } from "../../../support/fake-clock.ts";
import { record, silent } from "../support.ts";

/** Messages that remember what was asked of them. */
class RecordedMessages implements Messages {
  readonly calls: string[] = [];

  acknowledge({ messageId }: Delivery): Promise<void> {
    this.calls.push(`acknowledge ${messageId}`);
    return Promise.resolve();
  }

  async redeliver({ messageId }: Delivery, seconds: number | undefined): Promise<void> {
    this.calls.push(`redeliver ${messageId} after ${seconds}`);
  }

  hurry(): void {}

  relax(): void {}
}

function world(logger: Logger = silent, backoff: { baseSeconds: number; capSeconds: number } | undefined = undefined) {
  const clock = new FakeClock();
  const messages = new RecordedMessages();
  const told: Outcome[] = [];
  const settlement = new Settlement(
    { clock, backoff, consumer: "billing", idConflict: "warn", deadLetterQueues: new Map(), logger, hook: undefined },
    {
      invocation: { id: "i", functionName: "f", deadline: clock.now() + 1_000, endsAt: clock.now() + 2_000 },
      claims: undefined,
      deadLetters: new DeadLetters(() => Promise.reject(new Error("no network")), clock),
      messages,
      onSettled: (outcome) => told.push(outcome),
    },
  );
  return { clock, messages, told, settlement };
}

function execution(outcome: Execution["outcome"]): Execution {
  return {
    delivery: new Delivery(record("{}", { messageId: "m" })),
    event: undefined,
    key: undefined,
    outcome,
    claim: "none",
    tries: undefined,
    interrupted: false,
  };
}

describe("settling", () => {
  test.each(["done", "duplicate", "expired", "ignored"] as const)(
    "acknowledges a delivery that is %s, once",
    async (kind) => {
      const { settlement, messages, told } = world();
      expect((await settlement.settle(execution({ kind }))).outcome).toEqual({ kind });
      await settlement.finish();
      expect(messages.calls).toEqual(["acknowledge m"]);
      expect(told).toEqual([{ kind }]);
    },
  );

  test("has a failure redelivered after its backoff", async () => {
    const { settlement, messages, clock } = world(silent, { baseSeconds: 8, capSeconds: 100 });
    clock.chance = 0.5;
    const error = new Error("no");
    const { outcome } = await settlement.settle(execution({ kind: "retry", cause: "handler", error }));
    await settlement.finish();
    expect(outcome).toEqual({ kind: "retry", cause: "handler", error, afterSeconds: 4 });
    expect(messages.calls).toEqual(["redeliver m after 4"]);
  });

  test("waits for an outcome that another delivery decides", async () => {
    const { settlement, messages } = world();
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    const settling = settlement.settle(execution(promise));
    resolve({ kind: "duplicate" });
    expect((await settling).outcome).toEqual({ kind: "duplicate" });
    await settlement.finish();
    expect(messages.calls).toEqual(["acknowledge m"]);
  });

  test("turns a fault of ours into a retry of that delivery, which lets go of its message", async () => {
    const { settlement, messages, told } = world();
    const fault = new Error("a fault");
    const { outcome } = await settlement.settle(execution(Promise.reject(fault)));
    await settlement.finish();
    expect(outcome).toEqual({ kind: "retry", cause: "dependency", error: fault });
    expect(messages.calls).toEqual(["redeliver m after undefined"]);
    expect(told).toEqual([outcome]);
  });
});
