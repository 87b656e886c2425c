import { getEventListeners } from "node:events";
import { describe, expect, it } from "vitest";
import { withDeadline } from "../../../lib/std/index.ts";
import { FakeClock } from "../../support/fake-clock.ts";

describe("withDeadline", () => {
  const late = () => new Error("too late");

  it("returns what ends in time, and leaves no timer", async () => {
    const clock = new FakeClock();
    expect(await withDeadline(clock, clock.now() + 10, late, async () => "done")).toBe("done");
    expect(clock.pendingTimers).toBe(0);
  });

  it("throws what is thrown in time, also synchronously, and leaves no timer", async () => {
    const clock = new FakeClock();
    const thrown = new Error("broken");
    const rejecting = withDeadline(clock, clock.now() + 10, late, () => Promise.reject(thrown));
    await expect(rejecting).rejects.toBe(thrown);
    const throwing = withDeadline(clock, clock.now() + 10, late, () => {
      throw thrown;
    });
    await expect(throwing).rejects.toBe(thrown);
    expect(clock.pendingTimers).toBe(0);
  });

  it("aborts at the deadline and not before, with the error that it throws", async () => {
    const clock = new FakeClock();
    let given: AbortSignal | undefined;
    const running = withDeadline(clock, clock.now() + 10, late, (signal) => {
      given = signal;
      return new Promise<never>(() => undefined);
    }).catch((error: unknown) => error);
    await clock.advance(9);
    expect(given?.aborted).toBe(false);
    await clock.advance(1);
    const error = await running;
    expect(error).toMatchObject({ message: "too late" });
    expect(given?.reason).toBe(error);
  });

  it("aborts with an outer signal, and waits for what the run makes of it", async () => {
    const clock = new FakeClock();
    const outer = new AbortController();
    const seen: unknown[] = [];
    const { promise, resolve } = Promise.withResolvers<string>();
    const run = (signal: AbortSignal) => {
      seen.push(signal.reason);
      signal.addEventListener("abort", () => seen.push(signal.reason));
      return promise;
    };
    const running = withDeadline(clock, clock.now() + 10, late, run, outer.signal);
    outer.abort("stop");
    resolve("ended");
    expect(await running).toBe("ended");
    expect(seen).toEqual([undefined, "stop"]);
    // One that was aborted before.
    await withDeadline(clock, clock.now() + 10, late, run, outer.signal);
    expect(seen.slice(2)).toEqual(["stop"]);
  });

  it("leaves nothing on an outer signal, which may outlive thousands of runs", async () => {
    const clock = new FakeClock();
    const { signal } = new AbortController();
    await withDeadline(clock, clock.now() + 10, late, async () => "done", signal);
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });

  it("does not wait when the deadline has passed", async () => {
    const clock = new FakeClock();
    const running = withDeadline(clock, clock.now() - 1, late, () => new Promise<never>(() => undefined));
    const rejected = expect(running).rejects.toThrow("too late");
    await clock.advance(0);
    await rejected;
  });
});
