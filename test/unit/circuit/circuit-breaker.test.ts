import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CircuitBreaker, type CircuitBreakerOptions } from "../../../lib/circuit/index.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { MemoryCircuitStore, Said } from "./support.ts";

const OPTIONS = { failureThreshold: 3, openSeconds: 30, maxOpenSeconds: 100, refreshSeconds: 5 };

function setUp(options: CircuitBreakerOptions = OPTIONS) {
  const clock = new FakeClock();
  const store = new MemoryCircuitStore();
  const said = new Said();
  const worker = () => new CircuitBreaker("billing", store, clock, said, options);
  return { clock, store, said, worker };
}

async function fail(breaker: CircuitBreaker, times: number): Promise<void> {
  for (let time = 0; time < times; time++) {
    await breaker.failed();
  }
}

const kindOf = async (breaker: CircuitBreaker) => (await breaker.permission()).kind;

describe("opening", () => {
  test("after as many failures in a row as the threshold says, for the first pause", async () => {
    const { clock, said, worker } = setUp();
    const breaker = worker();
    await fail(breaker, 2);
    expect(await kindOf(breaker)).toBe("closed");
    await breaker.failed();
    expect(await breaker.permission()).toEqual({ kind: "open", until: clock.now() + 30_000 });
    expect(breaker.openNow()).toEqual({ kind: "open", until: clock.now() + 30_000 });
    expect(said.words).toEqual(["opened 30"]);
  });

  test("a success in between starts the count again", async () => {
    const { worker, store } = setUp();
    const breaker = worker();
    await fail(breaker, 2);
    await breaker.succeeded();
    await fail(breaker, 2);
    expect(await kindOf(breaker)).toBe("closed");
    expect(store.record).toBeUndefined();
  });

  test("the default is ten failures and thirty seconds", async () => {
    const { clock, worker } = setUp({});
    const breaker = worker();
    await fail(breaker, 9);
    expect(await kindOf(breaker)).toBe("closed");
    await breaker.failed();
    expect(await breaker.permission()).toEqual({ kind: "open", until: clock.now() + 30_000 });
  });

  test("many failures at once open it once", async () => {
    const { said, store, worker } = setUp();
    const breaker = worker();
    await Promise.all(Array.from({ length: 30 }, () => breaker.failed()));
    expect(said.words).toEqual(["opened 30"]);
    expect(store.record?.opened).toBe(1);
  });

  test("other workers learn of it within the refresh time, and not sooner", async () => {
    const { clock, store, worker } = setUp();
    const [one, other] = [worker(), worker()];
    expect(await kindOf(other)).toBe("closed");
    await fail(one, 3);
    expect(await kindOf(other)).toBe("closed");
    expect(store.calls.filter((call) => call === "read")).toHaveLength(1);
    await clock.advance(5_000);
    expect(await kindOf(other)).toBe("open");
  });

  test("two workers that reach the threshold in the same moment open it once, and both know", async () => {
    const { said, store, worker } = setUp();
    const [one, other] = [worker(), worker()];
    await Promise.all([kindOf(one), kindOf(other)]);
    await Promise.all([fail(one, 3), fail(other, 3)]);
    expect(said.words).toEqual(["opened 30"]);
    expect(store.record?.opened).toBe(1);
    expect([one.openNow()?.kind, other.openNow()?.kind]).toEqual(["open", "open"]);
  });

  test.each([
    ["failureThreshold", 0],
    ["openSeconds", -1],
    ["maxOpenSeconds", Number.NaN],
    ["refreshSeconds", 100_000],
  ])("%s of %d is refused", (field, value) => {
    const { worker } = setUp({ [field]: value });
    expect(worker).toThrow(expect.objectContaining({ code: "ConfigurationInvalid", field: `circuitBreaker.${field}` }));
  });
});

describe("probing", () => {
  async function opened(workers: number) {
    const world = setUp();
    const breakers = Array.from({ length: workers }, world.worker);
    const [first] = breakers;
    if (first === undefined) {
      throw new Error("no worker");
    }
    await fail(first, 3);
    await world.clock.advance(30_000);
    return { ...world, breakers, first };
  }

  test("when the pause is over, one of many workers probes and the others stay out", async () => {
    const { breakers } = await opened(20);
    const kinds = await Promise.all(breakers.map(kindOf));
    expect(kinds.filter((kind) => kind === "probe")).toHaveLength(1);
    expect(kinds.filter((kind) => kind === "open")).toHaveLength(19);
    expect(breakers.filter((breaker) => breaker.probing)).toHaveLength(1);
  });

  test("a success closes it for all", async () => {
    const { breakers, clock, first, said, store } = await opened(3);
    expect(await kindOf(first)).toBe("probe");
    await first.succeeded();
    await clock.advance(5_000);
    expect(await Promise.all(breakers.map(kindOf))).toEqual(["closed", "closed", "closed"]);
    expect(said.words).toEqual(["opened 30", "closed"]);
    expect(store.record).toMatchObject({ opened: 0, openUntil: 0 });
  });

  test("one failure opens it again, twice as long each time, up to the cap", async () => {
    const { clock, first, said } = await opened(1);
    for (const seconds of [60, 100, 100]) {
      expect(await kindOf(first)).toBe("probe");
      await first.failed();
      expect(await first.permission()).toEqual({ kind: "open", until: clock.now() + seconds * 1_000 });
      await clock.advance(seconds * 1_000);
    }
    expect(said.words).toEqual(["opened 30", "opened 60", "opened 100", "opened 100"]);
  });

  test("after it was closed, the first pause is the short one again", async () => {
    const { clock, first, said } = await opened(1);
    await first.permission();
    await first.failed();
    await clock.advance(60_000);
    await first.permission();
    await first.succeeded();
    await fail(first, 3);
    expect(said.words).toEqual(["opened 30", "opened 60", "closed", "opened 30"]);
  });

  test("a failed probe counts although the worker has read its own lease from the store meanwhile", async () => {
    const { clock, first, said } = await opened(1);
    expect(await kindOf(first)).toBe("probe");
    await clock.advance(6_000);
    // A poller asks for its next receive while the first one probes.
    expect(await kindOf(first)).toBe("open");
    await first.failed();
    expect(said.words).toEqual(["opened 30", "opened 60"]);
  });

  test("the probe of a worker that died is another's after half a minute", async () => {
    const { breakers, clock } = await opened(2);
    const [dead, next] = breakers;
    expect(await dead?.permission()).toEqual({ kind: "probe" });
    await clock.advance(29_999);
    expect((await next?.permission())?.kind).toBe("open");
    await clock.advance(1);
    expect(await next?.permission()).toEqual({ kind: "probe" });
  });

  test("a probe that takes longer than its lease still closes it, although another has begun one", async () => {
    const { breakers, clock, said } = await opened(2);
    const [slow, other] = breakers;
    await slow?.permission();
    await clock.advance(40_000);
    expect(await other?.permission()).toEqual({ kind: "probe" });
    await slow?.succeeded();
    expect(said.words).toEqual(["opened 30", "closed"]);
  });

  test("but not when a later probe has failed since", async () => {
    const { breakers, clock, said } = await opened(2);
    const [slow, other] = breakers;
    await slow?.permission();
    await clock.advance(40_000);
    await other?.permission();
    await other?.failed();
    await slow?.succeeded();
    expect(said.words).toEqual(["opened 30", "opened 60"]);
    expect(slow?.openNow()?.kind).toBe("open");
  });

  test("a late failure of the slow one does not lengthen the pause twice", async () => {
    const { breakers, clock, store } = await opened(2);
    const [slow, other] = breakers;
    await slow?.permission();
    await clock.advance(40_000);
    await other?.permission();
    await other?.failed();
    await slow?.failed();
    expect(store.record?.opened).toBe(2);
  });

  test("a probe that showed nothing is given up, and the next worker may have it at once", async () => {
    const { breakers, first, store } = await opened(2);
    await first.permission();
    await first.undecided();
    expect(first.probing).toBe(false);
    expect(store.record?.opened).toBe(1);
    expect(await breakers[1]?.permission()).toEqual({ kind: "probe" });
    expect((await first.permission()).kind).toBe("open");
  });

  test("who lost the race for a probe that has succeeded already goes on", async () => {
    const { clock, worker } = setUp();
    const [first, other] = [worker(), worker()];
    await fail(first, 3);
    await clock.advance(29_000);
    expect(await kindOf(other)).toBe("open");
    await clock.advance(1_000);
    await first.permission();
    await first.succeeded();
    // It knows of the old pause only, which is over.
    expect(await other.permission()).toEqual({ kind: "closed" });
  });
});

describe("whether to receive", () => {
  test("paused tells of the pause and takes no probe when it is over", async () => {
    const { clock, worker } = setUp();
    const [one, poller] = [worker(), worker()];
    expect(await poller.paused()).toBeUndefined();
    await fail(one, 3);
    await clock.advance(5_000);
    expect(await poller.paused()).toEqual({ kind: "open", until: clock.now() + 25_000 });
    await clock.advance(25_000);
    expect(await poller.paused()).toBeUndefined();
    expect(await kindOf(one)).toBe("probe");
    expect(await one.paused()).toMatchObject({ kind: "open" });
  });
});

describe("a store with faults", () => {
  test("while it is down the circuit counts as closed, and it is left alone for the refresh time", async () => {
    const { clock, said, store, worker } = setUp();
    store.fault = "down";
    const breaker = worker();
    expect([await kindOf(breaker), await kindOf(breaker), await kindOf(breaker)]).toEqual([
      "closed",
      "closed",
      "closed",
    ]);
    expect(await breaker.paused()).toBeUndefined();
    expect(store.calls).toEqual(["read"]);
    await fail(breaker, 9);
    expect(await kindOf(breaker)).toBe("closed");
    await clock.advance(5_000);
    await kindOf(breaker);
    expect(said.words).toEqual(["unavailable", "unavailable"]);
  });

  test("a pause that is known is kept, and not longer", async () => {
    const { clock, store, worker } = setUp();
    const breaker = worker();
    await fail(breaker, 3);
    store.fault = "down";
    await clock.advance(20_000);
    expect(await kindOf(breaker)).toBe("open");
    await clock.advance(10_000);
    expect(await kindOf(breaker)).toBe("closed");
  });

  test("a store that does not answer is waited for one second, once", async () => {
    const { clock, store, worker } = setUp();
    store.fault = "hangs";
    const breaker = worker();
    const before = clock.now();
    let answer: string | undefined;
    void kindOf(breaker).then((kind) => {
      answer = kind;
    });
    await clock.runUntil("the answer", () => answer !== undefined);
    expect([answer, clock.now() - before]).toEqual(["closed", 1_000]);
    expect(await kindOf(breaker)).toBe("closed");
    expect(store.calls).toHaveLength(1);
  });

  test("when it is back, failures open the circuit", async () => {
    const { clock, said, store, worker } = setUp();
    store.fault = "down";
    const breaker = worker();
    await fail(breaker, 3);
    store.fault = undefined;
    await clock.advance(5_000);
    await fail(breaker, 3);
    expect(said.words).toEqual(["unavailable", "opened 30"]);
  });
});

test("whatever happens in whatever order, pauses keep within the cap and never two workers hold one lease", async () => {
  const step = fc.tuple(
    fc.nat(2),
    fc.constantFrom("permission", "succeeded", "failed", "undecided", "wait", "down", "up"),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const { clock, store, worker } = setUp();
      const workers = [worker(), worker(), worker()];
      const leases = new Map<number, number>();
      for (const [index, what] of steps) {
        const breaker = workers[index];
        if (breaker === undefined) {
          throw new Error("no worker");
        }
        if (what === "wait") {
          await clock.advance(15_000);
        } else if (what === "down") {
          store.fault = "down";
        } else if (what === "up") {
          store.fault = undefined;
        } else if (what === "permission") {
          const { kind } = await breaker.permission();
          const generation = store.record?.generation ?? 0;
          if (kind === "probe") {
            expect(leases.has(generation)).toBe(false);
            leases.set(generation, index);
          }
        } else {
          await breaker[what]();
        }
        expect((store.record?.openUntil ?? 0) - clock.now()).toBeLessThanOrEqual(100_000);
      }
    }),
    { numRuns: 100 },
  );
});
