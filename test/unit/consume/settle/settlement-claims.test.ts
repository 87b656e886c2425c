import { describe, expect, test } from "vitest";
import { Claims } from "../../../../lib/consume/claim/index.ts";
import { Delivery, type Execution, type Invocation, type Logger } from "../../../../lib/consume/record/index.ts";
import { DeadLetters, type Messages, Settlement } from "../../../../lib/consume/settle/index.ts";
import { hookFor, type Observer, type Step } from "../../../../lib/hook/index.ts";
import type { IdempotencyStore, SettleResult } from "../../../../lib/index.ts";
import { TurningClock } from "../../../support/fake-clock.ts";
import { EVENT, QUEUE_ARN, record } from "../support.ts";
import { type Answer, fakeSqs } from "./fake-sqs.ts";

interface Scripted {
  readonly complete?: SettleResult;
  readonly release?: SettleResult;
  /** Whether there is a dead-letter queue. */
  readonly queue?: boolean;
  readonly answer?: Answer;
  readonly observers?: readonly Observer[];
  /** SQS answers requests for a redelivery only then. */
  readonly redelivered?: Promise<void>;
}

/** A settlement with claims, all of whose handlers have ended. `events` is what it did, in order. */
function world({ complete, release, queue = true, answer, observers, redelivered }: Scripted = {}) {
  const clock = new TurningClock();
  const events: string[] = [];
  const lines: [string, Parameters<Logger["warn"]>[1]][] = [];
  const at =
    (level: string) =>
    (...[message, fields]: Parameters<Logger["warn"]>) =>
      void lines.push([`${level} ${message}`, fields]);
  const logger: Logger = { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
  const settled: SettleResult = { status: "settled" };
  const store: IdempotencyStore = {
    claim: async (requests) => requests.map(() => ({ status: "claimed" })),
    complete: async (claims) => {
      events.push(...claims.map(({ key }) => `complete ${key}`));
      return claims.map(() => complete ?? settled);
    },
    release: async (claims) => {
      events.push(...claims.map(({ key, tries, counted }) => `release ${key} tries ${tries} counted ${counted}`));
      return claims.map(() => release ?? settled);
    },
  };
  const messages: Messages = {
    acknowledge: ({ messageId }) => {
      events.push(`acknowledge ${messageId}`);
      return Promise.resolve();
    },
    redeliver: async ({ messageId }, seconds) => {
      events.push(`redeliver ${messageId} after ${seconds}`);
      await redelivered;
    },
    hurry: () => void events.push("hurry"),
    relax: () => void events.push("relax"),
  };
  const invocation: Invocation = {
    id: "i",
    functionName: "f",
    deadline: clock.now() + 8_000,
    endsAt: clock.now() + 10_000,
  };
  const deadLetterQueues = new Map(
    queue ? [[QUEUE_ARN, { url: "https://sqs.eu-central-1.amazonaws.com/123456789012/dlq", maxReceiveCount: 5 }]] : [],
  );
  const claims = new Claims(
    { store, clock, hook: undefined, guarantee: "exactly-once", claim: "before-handler", deadLetterQueues },
    invocation,
  );
  const sqs = fakeSqs(answer);
  const settlement = new Settlement(
    {
      clock,
      logger,
      deadLetterQueues,
      backoff: { baseSeconds: 8, capSeconds: 8 },
      consumer: "billing",
      idConflict: "warn",
      hook: hookFor(observers, clock, () => {}),
    },
    { invocation, claims, deadLetters: new DeadLetters(sqs.load, clock), messages },
  );
  settlement.hurry();
  events.length = 0;
  const settle = async (execution: Execution) => {
    const settling = settlement.settle(execution);
    await clock.advance(1_000);
    const { outcome } = await settling;
    await settlement.finish();
    return outcome;
  };
  const reason = () => {
    const attributes = sqs.calls[0]?.entries[0]?.MessageAttributes;
    return JSON.parse(
      (attributes as { fanfareFailure?: { StringValue: string } })?.fanfareFailure?.StringValue ?? "{}",
    );
  };
  return { clock, claims, events, lines, invocation, settlement, settle, sqs, reason };
}

function execution(outcome: Execution["outcome"], more: Partial<Execution> = {}): Execution {
  return {
    delivery: new Delivery(record("{}", { messageId: "m" })),
    event: EVENT,
    key: "k",
    outcome,
    claim: "release",
    tries: 2,
    interrupted: false,
    ...more,
  };
}

const error = new Error("no");
const failed = { kind: "retry", cause: "handler", error } as const;
const permanent = { kind: "deadLettered", error } as const;
const gone: SettleResult = { status: "unavailable", error: new Error("gone") };

describe("an event that was handled", () => {
  const done = execution({ kind: "done" }, { claim: "complete" });

  test("is completed, then acknowledged", async () => {
    const { settle, events } = world();
    expect(await settle(done)).toEqual({ kind: "done" });
    expect(events).toEqual(["complete k", "acknowledge m"]);
  });

  test("is completed by nobody where its transaction did so", async () => {
    const { settle, events } = world();
    await settle(execution({ kind: "done" }, { claim: "none" }));
    expect(events).toEqual(["acknowledge m"]);
  });

  test("is left to the worker that has taken over its claim", async () => {
    const { settle, events, lines } = world({ complete: { status: "lost" } });
    expect(await settle(done)).toEqual({ kind: "retry", cause: "inProgress", error: undefined });
    expect(events).toEqual(["complete k", "redeliver m after undefined"]);
    expect(lines[0]).toEqual([
      "warn the claim was taken over before the handler finished",
      expect.objectContaining({ messageId: "m", eventId: "e1" }),
    ]);
  });

  test("is acknowledged although its completion could not be recorded: its effects are there", async () => {
    const { settle, events, lines } = world({ complete: gone });
    expect(await settle(done)).toEqual({ kind: "done" });
    expect(events).toEqual(["complete k", "acknowledge m"]);
    expect(lines[0]).toEqual([
      "error handled, but the completion could not be recorded",
      expect.objectContaining({ messageId: "m", attempt: 1, error: expect.objectContaining({ message: "gone" }) }),
    ]);
  });
});

describe("an event that failed", () => {
  test("is redelivered after its backoff, while its claim is released with the starts to remember", async () => {
    const { settle, events } = world();
    expect(await settle(execution(failed))).toEqual({ ...failed, afterSeconds: 4 });
    expect(events).toEqual(["redeliver m after 4", "release k tries 2 counted undefined"]);
  });

  test("is redelivered at once only after its claim is released", async () => {
    const { settle, events } = world();
    await settle(execution({ ...failed, afterSeconds: 0 }));
    expect(events).toEqual(["release k tries 2 counted undefined", "redeliver m after 0"]);
  });

  test("whose claim cannot be released is redelivered when its lease has ended", async () => {
    const { settle, events, lines } = world({ release: gone });
    expect(await settle(execution(failed))).toMatchObject({ kind: "retry", cause: "handler", afterSeconds: 10 });
    expect(events).toEqual(["redeliver m after 4", "release k tries 2 counted undefined", "redeliver m after 10"]);
    expect(lines[0]).toEqual([
      "warn the claim could not be released; it ends with its lease",
      expect.objectContaining({ messageId: "m", error: expect.objectContaining({ message: "gone" }) }),
    ]);
  });

  test("is told that later time only when SQS has taken the earlier one: the last one counts", async () => {
    const taken = Promise.withResolvers<void>();
    const { clock, settle, events } = world({ release: gone, redelivered: taken.promise });
    const settled = settle(execution(failed));
    await clock.runUntil("the release", () => events.some((event) => event.startsWith("release")));
    await clock.settle();
    await clock.settle();
    expect(events).toEqual(["redeliver m after 4", "release k tries 2 counted undefined"]);
    taken.resolve();
    await settled;
    // One of the lease's ten seconds has passed.
    expect(events.at(-1)).toBe("redeliver m after 9");
  });

  test("without a claim of its own releases none", async () => {
    const { settle, events } = world();
    await settle(execution(failed, { claim: "none" }));
    await settle(execution(failed, { key: undefined }));
    expect(events).toEqual(["redeliver m after 4", "redeliver m after 4"]);
  });

  test("gives up a claim whose response was lost, without waiting for it", async () => {
    const { settle, events } = world({ release: gone });
    expect(await settle(execution(failed, { claim: "releaseIfClaimed", tries: 1 }))).toMatchObject({ afterSeconds: 4 });
    expect(events).toEqual(["redeliver m after 4", "release k tries 0 counted 1"]);
  });

  test("of a message with several events is released with the message", async () => {
    const { settle, events } = world();
    const failedParts = ["a", "b"].map((key) => execution(failed, { key, tries: 1 }));
    await settle(execution(failed, { key: undefined, claim: "none", failedParts }));
    expect(events.filter((each) => each.startsWith("release"))).toEqual([
      "release a tries 1 counted undefined",
      "release b tries 1 counted undefined",
    ]);
    expect(events.filter((each) => each.startsWith("redeliver"))).toEqual(["redeliver m after 4"]);
  });
});

describe("an event that failed for good", () => {
  test("is dead-lettered with its reason, then forgotten and acknowledged: a redriven message has all its tries", async () => {
    const { settle, events, sqs, reason } = world();
    expect(await settle(execution(permanent))).toEqual(permanent);
    expect(sqs.calls).toHaveLength(1);
    expect(reason()).toMatchObject({ error: "Error", message: "no", consumer: "billing", tries: 2, handler: "f" });
    expect(reason()).not.toHaveProperty("claim");
    expect(events).toEqual(["release k tries 0 counted undefined", "acknowledge m"]);
  });

  test("is retried with the usual backoff where SQS moves it, if anybody does", async () => {
    const { settle, events, sqs } = world({ queue: false });
    expect(await settle(execution(permanent))).toEqual({ ...failed, afterSeconds: 4 });
    expect([sqs.calls, events.at(-1)]).toEqual([[], "release k tries 2 counted undefined"]);
  });

  test("is retried when the dead-letter queue does not take it", async () => {
    const { settle, events, lines } = world({ answer: () => "InvalidMessageContents" });
    expect(await settle(execution(permanent))).toEqual({ kind: "retry", cause: "dependency", error, afterSeconds: 4 });
    expect(events).toEqual(["redeliver m after 4", "release k tries 2 counted undefined"]);
    expect(lines[0]).toEqual([
      "error the dead-letter queue did not take the message; it is retried",
      expect.objectContaining({
        messageId: "m",
        error: expect.objectContaining({ message: expect.stringContaining("InvalidMessageContents") }),
      }),
    ]);
  });

  test("and must not start twice leaves its claim to the letter, which names it", async () => {
    const { settle, events, claims, reason } = world();
    await settle(execution(permanent, { claim: "leaveToLetter" }));
    expect(reason()).toMatchObject({ claim: claims.tokenOf("k") });
    expect(events).toEqual(["acknowledge m"]);
  });

  test("and must not start twice is forgotten where the letter has no room for the name", async () => {
    const { settle, events } = world();
    const messageAttributes = Object.fromEntries(
      Array.from({ length: 10 }, (_, n) => [`a${n}`, { dataType: "String", stringValue: "x" }]),
    );
    const delivery = new Delivery(record("{}", { messageId: "m", messageAttributes }));
    await settle(execution(permanent, { delivery, claim: "leaveToLetter" }));
    expect(events.sort()).toEqual(["acknowledge m", "release k tries 0 counted undefined"]);
  });

  test("has the trace context of the last observer in its reason", async () => {
    const observers = ["00-1-1-01", "00-2-2-01"].map((traceparent) => ({
      name: traceparent,
      traceContextOf: () => ({ traceparent }),
    }));
    const { settle, reason } = world({ observers });
    await settle(execution(permanent));
    expect(reason()).toMatchObject({ traceparent: "00-2-2-01" });
  });
});

describe("observers", () => {
  test("are told how long it took until the outcome was certain, and what was sent where", async () => {
    const steps: Step[] = [];
    const { settle, clock } = world({ observers: [{ name: "keeps", onStep: (step) => void steps.push(step) }] });
    const start = clock.now();
    await settle(execution(permanent));
    // A dead letter waits 5 ms for others.
    expect(steps).toMatchObject([
      { type: "letterSent", at: start + 5, durationMs: 5, queueUrl: expect.stringMatching(/dlq$/), error: undefined },
      { type: "settled", at: start + 5, durationMs: 5, outcome: permanent },
    ]);
    steps.length = 0;
    await settle(execution({ kind: "done" }, { claim: "complete" }));
    expect(steps).toMatchObject([{ type: "completed", status: "settled", durationMs: 0 }, { type: "settled" }]);
  });
});

describe("the other deliveries of an event", () => {
  const decoded = () => ({
    kind: "decoded" as const,
    delivery: new Delivery(record("{}")),
    event: { info: EVENT, data: {}, key: "k" },
  });

  test.each(["settle", "settlePart"] as const)("learn from %s what became of the first", async (how) => {
    const { claims, settlement, clock } = world();
    const first = decoded();
    await claims.claim(first, true);
    const repeated = await claims.claim(decoded(), true);
    const settling = settlement[how](execution({ kind: "done" }, { delivery: first.delivery, claim: "complete" }));
    await clock.advance(1_000);
    await settling;
    expect(repeated).toMatchObject({ kind: "repeated", first: { outcome: { kind: "done" } } });
  });
});

describe("one of several events of a message", () => {
  test("that was handled is completed by itself, and nothing is done about the message", async () => {
    const { settlement, events } = world();
    const done = execution({ kind: "done" }, { claim: "complete" });
    expect(await settlement.settlePart(done)).toEqual(done);
    expect(events).toEqual(["complete k"]);
  });

  test("whose claim was taken over is retried with its message", async () => {
    const { settlement, lines } = world({ complete: { status: "lost" } });
    const part = await settlement.settlePart(execution({ kind: "done" }, { claim: "complete" }));
    expect(part.outcome).toEqual({ kind: "retry", cause: "inProgress", error: undefined });
    expect(lines.map(([line]) => line)).toEqual([
      "warn the claim was taken over before the handler finished",
      "warn one of several events of a message failed",
    ]);
  });

  test.each([failed, permanent, { kind: "done" } as const])(
    "that is %j keeps its claim for the message to end",
    async (outcome) => {
      const { settlement, events } = world();
      const claim = outcome.kind === "done" ? "none" : "release";
      expect(await settlement.settlePart(execution(outcome, { claim }))).toMatchObject({ outcome });
      expect(events).toEqual([]);
    },
  );
});

test("while no handler is running, nothing waits for more entries", () => {
  const { settlement, events } = world();
  settlement.hurry();
  settlement.relax();
  expect(events).toEqual(["hurry", "relax"]);
});
