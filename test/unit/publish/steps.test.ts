import { afterEach, describe, expect, it, vi } from "vitest";
import type { Observer, Step } from "../../../lib/index.ts";
import type { PublisherOptions } from "../../../lib/publish/index.ts";
import { bench, failing, memoryStore, rejection, type Script, TOPIC, takeAll } from "./support.ts";

const PARENT = "00-11111111111111111111111111111111-2222222222222222-01";
const OTHER = "00-33333333333333333333333333333333-4444444444444444-01";

/** A publisher whose steps are kept. */
function observed(script?: Script, options: PublisherOptions = {}) {
  const steps: Step[] = [];
  const observer: Observer = { name: "keeps", onStep: (step) => void steps.push(step) };
  const made = bench(script, { observers: [observer], ...options });
  const of = <Type extends Step["type"]>(type: Type) =>
    steps.filter((step): step is Extract<Step, { type: Type }> => step.type === type);
  return { ...made, steps, of };
}

/** How each event of each call ended: the name of its error, or `ok`. */
const endsOf = (sent: readonly Extract<Step, { type: "sent" }>[]) =>
  sent.map(({ publications, errors }) =>
    publications.map((_, index) => (errors.has(index) ? String(errors.get(index)) : "ok")),
  );

afterEach(() => {
  vi.restoreAllMocks();
});

describe("the steps of an event", () => {
  it("name the event, its size, its relations and its target, and say when and how long", async () => {
    const answer = Promise.withResolvers<void>();
    const { clock, publish, steps } = observed(async (entries) => {
      await answer.promise;
      return takeAll(entries);
    });
    const start = clock.now();
    const options = { id: "e1", correlationId: "chain", causationId: "cause", traceparent: PARENT };
    const published = publish("Plain", { id: "o1", text: "" }, options);
    await clock.advance(30);
    answer.resolve();
    await published;
    const publication = { contract: "orders", event: "Plain", target: TOPIC, traceparent: PARENT };
    expect(steps).toMatchObject([
      {
        type: "created",
        at: start,
        durationMs: 0,
        publication,
        id: "e1",
        eventType: "orders.Plain",
        source: "urn:fanfare:orders",
        correlationId: "chain",
        causationId: "cause",
        traceparent: PARENT,
      },
      { type: "sent", at: start + 30, durationMs: 30, target: TOPIC, publications: [publication], errors: new Map() },
      { type: "published", at: start + 30, durationMs: 30, publication, id: "e1", messageId: "m-0", error: undefined },
    ]);
  });

  it("add up the bytes that wait, and take off those of events that have ended", async () => {
    const { clock, publish, of } = observed();
    const both = ["o1", "o2"].map((id) => publish("Plain", { id, text: "x" }, { id }));
    await clock.settle();
    await Promise.all(both);
    const third = publish("Plain", { id: "o3", text: "x" }, { id: "o3" });
    await clock.settle();
    await third;
    const [first, second, last] = of("created").map(({ bytes, bufferedBytes }) => ({ bytes, bufferedBytes }));
    const bytes = first?.bytes ?? 0;
    expect(bytes).toBeGreaterThan(100);
    expect([first, second, last]).toEqual([
      { bytes, bufferedBytes: bytes },
      { bytes, bufferedBytes: 2 * bytes },
      { bytes, bufferedBytes: bytes },
    ]);
  });

  it("tell which events of a call AWS did not take, and why, in each call", async () => {
    const { clock, publish, of } = observed((entries, call) =>
      call === 0 ? failing(entries, ['"o2"'], false) : takeAll(entries),
    );
    const published = Promise.all(["o1", "o2", "o3"].map((id) => publish("Placed", { id })));
    await clock.runUntil("the second call", () => of("sent").length === 2);
    await published;
    expect(endsOf(of("sent"))).toEqual([["ok", expect.stringContaining("Throttled"), "ok"], ["ok"]]);
  });

  it("tell of a call that failed as a whole that it took none, and why", async () => {
    const refused = Object.assign(new Error("no"), { name: "AuthorizationErrorException", $fault: "client" });
    const { clock, publish, of } = observed(() => {
      throw refused;
    });
    const settled = Promise.allSettled(["o1", "o2"].map((id) => publish("Placed", { id }, { id })));
    await clock.settle();
    await settled;
    expect(of("sent").map(({ errors }) => [...errors])).toEqual([
      [
        [0, refused],
        [1, refused],
      ],
    ]);
    expect(of("published")).toMatchObject([
      { id: "o1", messageId: undefined, error: { message: "not sent after 1 attempts", cause: refused } },
      { id: "o2", messageId: undefined, error: { cause: refused } },
    ]);
  });

  it("tell why an event was refused before it was sent, with the id if it was given one", async () => {
    const { publish, steps } = observed();
    await rejection(publish("Plain", { id: "o1", text: "x".repeat(300_000) }, { id: "long" }));
    await rejection(publish("Plain", { id: 5 as never, text: "" }));
    expect(steps.filter(({ type }) => type === "published")).toMatchObject([
      { id: "long", messageId: undefined, error: { code: "MessageTooLong" } },
      { id: undefined, messageId: undefined, error: { code: "SchemaMismatch" } },
    ]);
  });

  it("tell how long a large body took to be stored, and whether it was", async () => {
    const stored = Promise.withResolvers<void>();
    const { clock, publish, of } = observed(undefined, { payloads: memoryStore(stored.promise) });
    const start = clock.now();
    const published = publish("Plain", { id: "o1", text: "x".repeat(300_000) }, { id: "e1" });
    await clock.advance(40);
    stored.resolve();
    await clock.settle();
    await published;
    const failed = observed(undefined, {
      payloads: { ...memoryStore(), put: () => Promise.reject(new Error("no bucket")) },
    });
    await rejection(failed.publish("Plain", { id: "o1", text: "x".repeat(300_000) }));
    expect(of("offloaded")).toMatchObject([
      { at: start + 40, durationMs: 40, publication: { event: "Plain" }, error: undefined },
    ]);
    expect(of("offloaded")[0]?.bytes).toBeGreaterThan(300_000);
    expect(failed.of("offloaded")).toMatchObject([{ error: { code: "PayloadUnavailable" } }]);
  });
});

describe("the trace context of an event", () => {
  const asked = (...contexts: (object | undefined)[]): readonly Observer[] =>
    contexts.map((context, index) => ({ name: `t${index}`, traceContextOf: () => context as never }));

  it.each<[string, readonly Observer[], object, object]>([
    [
      "is that of the last observer that has one",
      asked({ traceparent: PARENT }, { traceparent: OTHER }),
      {},
      {
        traceparent: OTHER,
      },
    ],
    [
      "comes with its state",
      asked({ traceparent: PARENT, tracestate: "a=b" }),
      {},
      {
        traceparent: PARENT,
        tracestate: "a=b",
      },
    ],
    [
      "that is given has no state of an observer's",
      asked({ traceparent: PARENT, tracestate: "a=b" }),
      { traceparent: OTHER },
      { traceparent: OTHER },
    ],
    ["is none where no observer has one", [{ name: "none" }], {}, {}],
  ])("%s", async (_, observers, options, expected) => {
    const { clock, publish, calls } = bench(undefined, { observers });
    const published = publish("Plain", { id: "o1", text: "" }, options);
    await clock.settle();
    await published;
    const { traceparent, tracestate } = JSON.parse(calls[0]?.[0]?.Message ?? "");
    expect({ traceparent, tracestate }).toEqual(expected);
  });
});

describe("an observer that throws", () => {
  it("is reported once, as one line of JSON, and fails no event", async () => {
    const warned = vi.spyOn(console, "warn").mockImplementation(() => {});
    const broken: Observer = {
      name: "broken",
      onStep: () => {
        throw new TypeError("no such metric");
      },
    };
    const { clock, publish } = bench(undefined, { observers: [broken] });
    const published = publish("Plain", { id: "o1", text: "" });
    await clock.settle();
    await published;
    expect(warned.mock.calls.map(([line]) => JSON.parse(line))).toEqual([
      {
        level: "WARN",
        message: "observer broken failed",
        error: { name: "TypeError", message: "no such metric" },
      },
    ]);
  });
});
