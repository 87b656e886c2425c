import { describe, expect, test } from "vitest";
import { consume, type InvocationContext, type Observer, type SqsRecord, type Step } from "../../../../lib/index.ts";
import { FakeClock } from "../../../support/fake-clock.ts";
import { context, contract, envelope, ids, MemoryStore, offline, record } from "../support.ts";

/** Invokes a consumer whose handler fails for event "bad"; returns the response, what was handled and the invocations. */
async function invoke(records: readonly SqsRecord[], given: InvocationContext | undefined) {
  const handled: string[] = [];
  const steps: Step[] = [];
  const observer: Observer = { name: "test", onStep: (step) => void steps.push(step) };
  const clock = new FakeClock();
  const remaining: number[] = [];
  const handler = consume(
    contract,
    {
      Placed: (_data, { event, remainingMs }) => {
        if (event.id === "bad") {
          throw new Error("no");
        }
        handled.push(event.id);
        remaining.push(remainingMs());
      },
    },
    offline({ clock, observers: [observer] }),
  );
  const invoked = handler({ Records: records }, given as InvocationContext);
  await clock.advance(1_000);
  const response = await invoked;
  const invocations = steps.flatMap((step) => (step.type === "invocationStarted" ? [step.invocation] : []));
  return { response, handled, remaining, invocations };
}

describe("an invocation by hand", () => {
  test.each([
    ["without a context", undefined],
    ["with an empty context", {}],
  ])("%s is handled, has a name and as much time as Lambda gives", async (_, given) => {
    const { response, handled, remaining, invocations } = await invoke([record(envelope("a"))], given as never);
    expect(ids(response)).toEqual([]);
    expect(handled).toEqual(["a"]);
    expect(invocations).toMatchObject([{ id: "local", functionName: "local" }]);
    // Fifteen minutes, and a second to settle the message.
    expect(remaining).toEqual([899_000]);
  });

  const { messageId: _, ...withoutId } = record(envelope("bad"));

  test.each([
    ["without a message id that fails", withoutId],
    ["that is null", null],
  ])("of a record %s has the whole batch returned", async (_title, bad) => {
    const { response, handled } = await invoke([bad as SqsRecord, record(envelope("a"))], undefined);
    expect(ids(response)).toEqual([""]);
    expect(handled).toEqual(["a"]);
  });
});

test("an invocation has the request id and the function name of its context", async () => {
  const { invocations } = await invoke([record(envelope("a"))], context());
  expect(invocations).toMatchObject([{ id: "request", functionName: "function" }]);
});

test("claims are leased until the invocation ends, as Lambda's context says", async () => {
  const clock = new FakeClock();
  const store = new MemoryStore();
  const leases: number[] = [];
  store.claimResult = ({ leaseUntil }) => {
    leases.push(leaseUntil - clock.now());
    return undefined;
  };
  const handler = consume(contract, { Placed: () => {} }, offline({ clock, store }));
  const invoked = handler(
    { Records: [record(envelope("a"))] },
    { ...context(), getRemainingTimeInMillis: () => 30_000 },
  );
  await clock.advance(1_000);
  await invoked;
  expect(leases).toEqual([30_000]);
});
