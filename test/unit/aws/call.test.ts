import { describe, expect, it } from "vitest";
import { isTransient, snsLoader } from "../../../lib/aws/index.ts";
import { FakeClock } from "../../support/fake-clock.ts";

/** A client of a user whose calls never end, whatever they are told. */
function hanging() {
  const signals: (AbortSignal | undefined)[] = [];
  const send = (_command: unknown, options?: { readonly abortSignal?: AbortSignal }) => {
    signals.push(options?.abortSignal);
    return new Promise<never>(() => undefined);
  };
  return { client: { send } as never, signals };
}

async function callOf(client: never, clock: FakeClock) {
  const { call } = await snsLoader({ client, clock }, undefined)();
  return call;
}

describe("a call", () => {
  it("ends in 10 s where nothing else is said, as a transient error, with its request aborted", async () => {
    const clock = new FakeClock();
    const { client, signals } = hanging();
    const call = await callOf(client, clock);
    const ended = call((sns, options) => sns.send({} as never, options)).catch((error: unknown) => error);
    await clock.advance(9_999);
    expect(signals[0]?.aborted).toBe(false);
    await clock.advance(1);
    const error = await ended;
    expect(error).toMatchObject({ name: "TimeoutError", message: "no response within 10000 ms" });
    expect(isTransient(error)).toBe(true);
    expect(signals[0]?.aborted).toBe(true);
    expect(clock.pendingTimers).toBe(0);
  });

  it("ends in the time that its caller gives it", async () => {
    const clock = new FakeClock();
    const { client } = hanging();
    const call = await callOf(client, clock);
    const ended = call((sns, options) => sns.send({} as never, options), { ms: 50 }).catch((error: Error) => error);
    await clock.advance(50);
    expect(await ended).toMatchObject({ name: "TimeoutError" });
  });

  it("aborts its request with the caller's signal, and makes none after it", async () => {
    const clock = new FakeClock();
    const { client, signals } = hanging();
    const call = await callOf(client, clock);
    const { signal, abort } = controller();
    void call((sns, options) => sns.send({} as never, options), { signal }).catch(() => undefined);
    await clock.settle();
    abort();
    expect(signals[0]?.aborted).toBe(true);
    const later = call((sns, options) => sns.send({} as never, options), { signal });
    await expect(later).rejects.toThrow("stop");
    expect(signals).toHaveLength(1);
    await clock.advance(10_000);
  });

  it("leaves no timer when it ends in time", async () => {
    const clock = new FakeClock();
    const call = await callOf({ send: async () => "sent" } as never, clock);
    expect(await call((sns, options) => sns.send({} as never, options))).toBe("sent");
    expect(clock.pendingTimers).toBe(0);
  });

  it("has the SDK's tries as long as its caller says", async () => {
    const call = await callOf({} as never, new FakeClock());
    expect(await call(async (_, { requestTimeout }) => requestTimeout, { tryMs: 25_000 })).toBe(25_000);
    expect(await call(async (_, options) => "requestTimeout" in options)).toBe(false);
  });
});

function controller() {
  const made = new AbortController();
  return { signal: made.signal, abort: () => made.abort(new Error("stop")) };
}
