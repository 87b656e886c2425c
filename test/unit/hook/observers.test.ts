import { afterEach, describe, expect, it, vi } from "vitest";
import { systemClock } from "../../../lib/clock/index.ts";
import { OBSERVERS } from "../../../lib/hook/index.ts";
import { consume, consumeBatch, type Observer, PermanentError, type Step } from "../../../lib/index.ts";
import { recording } from "../consume/recording-sqs.ts";
import {
  context,
  contract,
  DEAD_LETTER_QUEUES,
  envelope,
  MemoryStore,
  offline,
  record,
  run,
  silent,
} from "../consume/support.ts";
import { bench } from "../publish/support.ts";

function recorder(): { readonly observer: Observer; readonly steps: Step[]; types(messageId?: string): string[] } {
  const steps: Step[] = [];
  return {
    observer: { name: "recorder", onStep: (step) => void steps.push(step) },
    steps,
    types: (messageId) =>
      steps
        .filter((step) => messageId === undefined || ("delivery" in step && step.delivery.messageId === messageId))
        .map(({ type }) => type),
  };
}

afterEach(() => {
  delete (globalThis as { [OBSERVERS]?: unknown })[OBSERVERS];
});

describe("a consumer's observer", () => {
  it("is told each step of a delivery, in order, between start and end of the invocation", async () => {
    const { observer, types } = recorder();
    await run({ Placed: () => {} }, [record(envelope("1"))], { observers: [observer], store: new MemoryStore() });
    expect(types()).toEqual([
      ...["invocationStarted", "received", "decoded", "storeCalled", "claimed", "started", "ended", "storeCalled"],
      ...["completed", "settled", "invocationEnded"],
    ]);
  });

  it.each([
    ["done", envelope("1"), () => {}],
    [
      "retry",
      envelope("1"),
      () => {
        throw new Error("no");
      },
    ],
    [
      "deadLettered or retry without a queue",
      envelope("1"),
      () => {
        throw new PermanentError("no");
      },
    ],
    ["unreadable", "not json", () => {}],
    ["expired", envelope("1", { n: 1 }, { expirytime: "2000-01-01T00:00:00Z" }), () => {}],
  ])("is told each outcome once: %s", async (_, body, handler) => {
    const { observer, steps } = recorder();
    await run({ Placed: handler }, [record(body), record(body)], { observers: [observer] });
    expect(steps.filter(({ type }) => type === "settled")).toHaveLength(2);
  });

  it("is told only the steps that it lists, and others are told theirs", async () => {
    const { observer, types } = recorder();
    const all = recorder();
    const observers = [{ ...observer, steps: ["started", "settled"] as const }, all.observer];
    await run({ Placed: () => {} }, [record(envelope("1"))], { observers });
    expect(types()).toEqual(["started", "settled"]);
    expect(all.types()).toContain("decoded");
  });

  it.each(["consume", "consumeBatch"] as const)(
    "is told the steps that it chooses per invocation: %s",
    async (kind) => {
      const { observer, steps, types } = recorder();
      const choices: readonly (readonly Step["type"][])[] = [["settled"], [], ["ended", "invocationEnded"]];
      const chosenFor: string[] = [];
      const stepsOf: Observer["stepsOf"] = ({ id }) => choices[chosenFor.push(id) - 1] ?? [];
      const two = ["a", "b"].map((id) => ({ event: "Placed", id, data: { n: 1 } }) as const);
      // It chooses more than it lists, too.
      const options = offline({
        observers: [{ ...observer, steps: ["invocationStarted"], stepsOf }],
        codec: () => two,
      });
      const handler =
        kind === "consume"
          ? consume(contract, { Placed: () => {} }, options)
          : consumeBatch(contract, () => {}, options);
      for (const id of ["first", "second", "third"]) {
        // The last message has several events.
        const body = id === "third" ? { foreign: true } : envelope("1");
        await handler({ Records: [record(body)] }, { ...context(), awsRequestId: id });
      }
      expect(chosenFor).toEqual(["first", "second", "third"]);
      expect(types()).toEqual([
        ...["invocationStarted", "settled"],
        "invocationStarted",
        ...["invocationStarted", "ended", "ended", "invocationEnded"],
      ]);
      expect(steps[0]).toMatchObject({ invocation: { id: "first" } });
    },
  );

  it.each<[string, NonNullable<Observer["stepsOf"]>]>([
    [
      "throws",
      () => {
        throw new Error("cannot choose");
      },
    ],
    // As JavaScript may.
    ["returns no list", () => "settled" as unknown as []],
  ])("is told what it lists where its choice %s, and others choose for themselves", async (_, stepsOf) => {
    const { observer, types } = recorder();
    const other = recorder();
    const observers = [
      { ...observer, steps: ["started", "settled"] as const, stepsOf },
      { ...other.observer, stepsOf: () => ["ended"] as const },
    ];
    await run({ Placed: () => {} }, [record(envelope("1"))], { observers });
    expect(types()).toEqual(["started", "settled"]);
    expect(other.types()).toEqual(["invocationStarted", "ended"]);
  });

  it("is reported once in all invocations, also where it chooses its steps", async () => {
    const warn = vi.fn();
    const observer: Observer = {
      name: "failing",
      stepsOf: () => ["settled"],
      onStep: ({ type }) => {
        if (type === "settled") {
          throw new Error("no");
        }
      },
    };
    const options = offline({ observers: [observer], logger: { ...silent, warn } });
    const handler = consume(contract, { Placed: () => {} }, options);
    await handler({ Records: [record(envelope("1"))] }, context());
    await handler({ Records: [record(envelope("2"))] }, context());
    expect(warn.mock.calls.map(([message]) => message)).toEqual(["observer failing failed"]);
  });

  it("costs no reading of the clock for a step that nobody is told of", async () => {
    const readings = async (steps: Observer["steps"], handler = () => {}, options = {}) => {
      let count = 0;
      const now = () => {
        count += 1;
        return systemClock.now();
      };
      const clock = { ...systemClock, now };
      const observer: Observer = { name: "counts", ...(steps && { steps }) };
      await run({ Placed: handler }, [record(envelope("1"))], { observers: [observer], clock, ...options });
      return count;
    };
    // A decoding begins and ends, a handler ends; the start of a handler is read for its deadline.
    expect((await readings(undefined)) - (await readings(["settled"]))).toBe(3);
    expect((await readings(["settled"])) - (await readings([]))).toBe(2);
    const refuse = () => {
      throw new PermanentError("no");
    };
    const options = { deadLetterQueues: DEAD_LETTER_QUEUES, clients: { sqs: recording().client } };
    expect((await readings(["letterSent"], refuse, options)) - (await readings([], refuse, options))).toBe(2);
  });

  it.each(["consume", "consumeBatch"] as const)("is told how long each step took: %s", async (kind) => {
    const { observer, steps } = recorder();
    let now = 1_000_000;
    const takes = <Result>(ms: number, result: Result): Result => {
      now += ms;
      return result;
    };
    class SlowStore extends MemoryStore {
      override claim(requests: Parameters<MemoryStore["claim"]>[0]) {
        return takes(3, super.claim(requests));
      }
      override complete(claims: Parameters<MemoryStore["complete"]>[0]) {
        return takes(5, super.complete(claims));
      }
    }
    const clock = { ...systemClock, now: () => now };
    const options = offline({ observers: [observer], store: new SlowStore(), clock });
    const handler =
      kind === "consume"
        ? consume(contract, { Placed: () => takes(20, undefined) }, options)
        : consumeBatch(contract, () => takes(20, undefined), options);
    await handler({ Records: [record(envelope("1"))] }, context());
    const timed = steps.flatMap((step) =>
      "durationMs" in step ? [[step.type, step.at - 1_000_000, step.durationMs]] : [],
    );
    expect(timed).toEqual([
      ["decoded", 0, 0],
      ["storeCalled", 3, 3],
      ["claimed", 3, 3],
      ["ended", 23, 20],
      ["storeCalled", 28, 5],
      ["completed", 28, 5],
      ["settled", 28, 5],
      ["invocationEnded", 28, 28],
    ]);
  });

  it("is told of each call to the store, for how many events it was, and why it failed", async () => {
    const { observer, steps } = recorder();
    class FailingStore extends MemoryStore {
      override complete(): never {
        throw new Error("the table is away");
      }
    }
    const records = ["1", "2", "3"].map((id) => record(envelope(id)));
    await run({ Placed: () => {} }, records, { observers: [observer], store: new FailingStore() });
    const calls = steps.flatMap((step) => (step.type === "storeCalled" ? [step] : []));
    expect(calls).toMatchObject([
      { operation: "claim", events: 3, error: undefined },
      { operation: "complete", events: 3, error: { message: "the table is away" } },
    ]);
    expect(calls[0]?.invocation).toBe(steps[0]?.type === "invocationStarted" && steps[0].invocation);
  });

  it("finds the invocation in each delivery, also of one of several events of a message", async () => {
    const { observer, steps } = recorder();
    const two = ["a", "b"].map((id) => ({ event: "Placed", id, data: { n: 1 } }) as const);
    await run({ Placed: () => {} }, [record(envelope("1")), record({ foreign: true })], {
      observers: [observer],
      codec: () => two,
    });
    const [start] = steps;
    const found = steps.flatMap((step) => ("delivery" in step ? [step.delivery] : []));
    expect(found.filter(({ whole }) => whole !== undefined).length).toBeGreaterThan(2);
    for (const { invocation } of found) {
      expect(invocation).toBe(start?.type === "invocationStarted" && start.invocation);
    }
  });

  it("is told of every item of a batch handler", async () => {
    const { observer, steps } = recorder();
    const handler = consumeBatch(contract, () => {}, offline({ observers: [observer] }));
    await handler({ Records: [record(envelope("1")), record(envelope("2"))] }, context());
    const count = (type: string) => steps.filter((step) => step.type === type).length;
    expect([count("started"), count("ended"), count("settled"), count("invocationEnded")]).toEqual([2, 2, 2, 1]);
  });

  it("may be one of the process", async () => {
    const { observer, types } = recorder();
    (globalThis as { [OBSERVERS]?: readonly Observer[] })[OBSERVERS] = [observer];
    await run({ Placed: () => {} }, [record(envelope("1"))]);
    expect(types()).toContain("settled");
  });

  const broken: readonly Observer[] = [
    {
      name: "throws",
      onStep: () => {
        throw new Error("broken");
      },
    },
    { name: "rejects", onStep: () => Promise.reject(new Error("broken")) },
    { name: "never calls the handler", runInside: () => undefined },
    { name: "calls the handler twice", runInside: (_, handler) => [handler(), handler()] },
    {
      name: "throws in runInside",
      runInside: () => {
        throw new Error("broken");
      },
    },
    {
      name: "throws after the handler",
      runInside: (_, handler) => {
        handler();
        throw new Error("broken");
      },
    },
    { name: "returns another promise", runInside: async (_, handler) => await handler() },
    { name: "cannot flush", flush: () => Promise.reject(new Error("broken")) },
    {
      name: "has no fields",
      logFields: () => {
        throw new Error("broken");
      },
    },
  ];

  it.each(broken)("fails no record and is reported at most once: $name", async (observer) => {
    const warnings: string[] = [];
    const calls: string[] = [];
    const logger = { debug() {}, info() {}, error() {}, warn: (message: string) => void warnings.push(message) };
    const options = { observers: [observer], logger };
    const handler = (_: unknown, ctx: { event: { id: string }; logger: { info(m: string, f: object): void } }) => {
      ctx.logger.info("line", {});
      calls.push(ctx.event.id);
    };
    const failed = await run({ Placed: handler }, [record(envelope("1")), record(envelope("2"))], options);
    expect({ failed, calls }).toEqual({ failed: [], calls: ["1", "2"] });
    expect(warnings.filter((line) => line.includes(observer.name)).length).toBeLessThanOrEqual(1);
  });

  it("lets the handler's own failure be the handler's, whatever it returns", async () => {
    const observer: Observer = { name: "wraps", runInside: async (_, handler) => await handler() };
    const one = record(envelope("1"));
    const handler = async () => {
      throw new Error("no");
    };
    expect(await run({ Placed: handler }, [one], { observers: [observer] })).toEqual([one.messageId]);
  });

  it("returns to an outer observer what an inner one returned, and lets neither fail the process", async () => {
    const returned: unknown[] = [];
    const inner: Observer = { name: "inner", runInside: async (_, handler) => await handler() };
    const outer: Observer = { name: "outer", runInside: (_, handler) => void returned.push(handler()) };
    const one = record(envelope("1"));
    const handler = async () => {
      throw new Error("no");
    };
    expect(await run({ Placed: handler }, [one], { observers: [inner, outer] })).toEqual([one.messageId]);
    await expect(returned[0]).rejects.toThrow("no");
  });

  it("is waited for a second at most, once, and reported when it hangs", async () => {
    const warnings: string[] = [];
    const logger = { debug() {}, info() {}, error() {}, warn: (message: string) => void warnings.push(message) };
    const timers: number[] = [];
    const clock = {
      now: () => Date.now(),
      random: () => 0.5,
      nextTurn: (callback: () => void) => void setImmediate(callback),
      timer: (ms: number, callback: () => void) => {
        timers.push(ms);
        const handle = setTimeout(callback, ms === 1_000 ? 1 : ms);
        return () => clearTimeout(handle);
      },
    };
    const observer: Observer = { name: "hangs", onStep: () => new Promise(() => {}) };
    const handler = consume(contract, { Placed: () => {} }, offline({ observers: [observer], logger, clock }));
    await handler({ Records: [record(envelope("1"))] }, context());
    await handler({ Records: [record(envelope("2"))] }, context());
    expect(warnings).toEqual(["observer hangs failed"]);
    expect(timers.filter((ms) => ms === 1_000)).toHaveLength(1);
  });

  it.each([
    [{ name: "odd", steps: "settled" }, /the steps of observer odd are no list/],
    [{ name: "odd", stepsOf: ["settled"] }, /stepsOf of observer odd is no function.*stepsOf: \(\) => \["settled"\]/],
  ])("is refused at start-up if it lists or chooses its steps wrongly: %j", (odd: unknown, message) => {
    expect(() => consume(contract, { Placed: () => {} }, offline({ observers: [odd as Observer] }))).toThrow(message);
  });

  it("must be in a list", () => {
    const given: unknown = { name: "alone" };
    expect(() => consume(contract, { Placed: () => {} }, offline({ observers: given as Observer[] }))).toThrow(
      /observers is not a list/,
    );
  });
});

describe("a publisher's observer", () => {
  it("is told of creation, the call, and the end", async () => {
    const { observer, steps } = recorder();
    const { publish } = bench(undefined, { clock: systemClock, observers: [observer] });
    await Promise.all([publish("Plain", { id: "1", text: "a" }), publish("Plain", { id: "2", text: "b" })]);
    const types = steps.map(({ type }) => type);
    expect(types.filter((type) => type === "created")).toHaveLength(2);
    expect(types.filter((type) => type === "published")).toHaveLength(2);
    const sent = steps.flatMap((step) => (step.type === "sent" ? step.publications : []));
    expect(sent).toHaveLength(2);
  });

  it("is told of what was refused before it was sent", async () => {
    const { observer, steps } = recorder();
    const { publish } = bench(undefined, { clock: systemClock, observers: [observer] });
    await expect(publish("Plain", { id: 1 as never, text: "a" })).rejects.toThrow();
    expect(steps.map(({ type }) => type)).toEqual(["published"]);
  });

  it("gives an event its trace context, and the caller's wins", async () => {
    const traceparent = "00-11111111111111111111111111111111-2222222222222222-01";
    const explicit = "00-33333333333333333333333333333333-4444444444444444-01";
    const { publish, calls } = bench(undefined, {
      clock: systemClock,
      observers: [{ name: "t", traceContextOf: () => ({ traceparent }) }],
    });
    await publish("Plain", { id: "1", text: "a" });
    await publish("Plain", { id: "2", text: "a" }, { traceparent: explicit });
    const bodies = calls.flat().map(({ Message }) => JSON.parse(Message ?? "").traceparent);
    expect(bodies).toEqual([traceparent, explicit]);
  });
});

describe("what a handler publishes", () => {
  const traceparent = "00-11111111111111111111111111111111-2222222222222222-01";

  async function republish(more: object, options: { correlation?: boolean }, explicit = {}): Promise<object> {
    const { publish, calls } = bench(undefined, { clock: systemClock });
    const handler = async () => {
      await new Promise((resolve) => setImmediate(resolve));
      await publish("Plain", { id: "2", text: "a" }, explicit);
    };
    await run({ Placed: handler }, [record(envelope("first", { n: 1 }, more))], options);
    const { correlationid, causationid, traceparent } = JSON.parse(calls.flat()[0]?.Message ?? "{}");
    return { correlationid, causationid, traceparent };
  }

  it("carries the handled event's id, correlation and trace", async () => {
    expect(await republish({ traceparent }, {})).toEqual({
      correlationid: "first",
      causationid: "first",
      traceparent,
    });
    expect(await republish({ correlationid: "chain" }, {})).toMatchObject({ correlationid: "chain" });
  });

  it("carries what is given explicitly", async () => {
    const explicit = { correlationId: "mine", causationId: "cause" };
    expect(await republish({}, {}, explicit)).toMatchObject({ correlationid: "mine", causationid: "cause" });
  });

  it("carries nothing where correlation is off", async () => {
    expect(await republish({ traceparent }, { correlation: false })).toEqual({});
  });
});
