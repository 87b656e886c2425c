import { describe, expect, test } from "vitest";
import { type ClaimSettings, Claims } from "../../../../lib/consume/claim/index.ts";
import type { Decoded, Invocation, Ready } from "../../../../lib/consume/record/index.ts";
import { Delivery } from "../../../../lib/consume/record/index.ts";
import type { ClaimRequest, ClaimResult, IdempotencyStore, SettleResult } from "../../../../lib/index.ts";
import { TurningClock } from "../../../support/fake-clock.ts";
import { EVENT, QUEUE_ARN, record } from "../support.ts";

type Step = "claim" | "start" | "complete" | "release";

interface Scripted {
  /** What the store says of each event, by its key. @default claimed, settled */
  readonly claim?: (request: ClaimRequest) => ClaimResult | Promise<ClaimResult>;
  readonly settle?: (
    step: Step,
    entry: { readonly key: string; readonly state?: string },
  ) => SettleResult | Promise<SettleResult>;
  readonly settings?: Partial<ClaimSettings>;
  /** Stores of users need not have these. */
  readonly without?: readonly ("start" | "commit" | "commitUnclaimed")[];
}

const LIMITED = new Map([[QUEUE_ARN, { url: "https://sqs/dlq", maxAttempts: 3 }]]);

/** The claims of an invocation that has 8 seconds for its handlers, and 2 more to end. */
function world({ claim, settle, settings, without = [] }: Scripted = {}) {
  const clock = new TurningClock();
  const calls: { readonly step: Step; readonly entries: readonly object[] }[] = [];
  const settling = (step: Step) => (entries: readonly { readonly key: string }[]) => {
    calls.push({ step, entries });
    return Promise.all(entries.map((entry) => settle?.(step, entry) ?? { status: "settled" as const }));
  };
  const commits: unknown[][] = [];
  const full: Required<IdempotencyStore> = {
    claim: (requests) => {
      calls.push({ step: "claim", entries: requests });
      return Promise.all(
        requests.map((request) => (claim === undefined ? { status: "claimed" as const } : claim(request))),
      );
    },
    start: settling("start"),
    complete: settling("complete"),
    release: settling("release"),
    preload: async () => {},
    commit: async (...given) => void commits.push(["commit", ...given]),
    commitUnclaimed: async (...given) => {
      commits.push(["commitUnclaimed", ...given]);
      return { status: "done" };
    },
  };
  const store: IdempotencyStore = Object.fromEntries(
    Object.entries(full).filter(([name]) => !without.some((each) => each === name)),
  ) as typeof full;
  const invocation: Invocation = {
    id: "i1",
    functionName: "f",
    deadline: clock.now() + 8_000,
    endsAt: clock.now() + 10_000,
  };
  const claims = new Claims(
    {
      store,
      clock,
      hook: undefined,
      guarantee: "exactly-once",
      claim: "before-handler",
      deadLetterQueues: LIMITED,
      ...settings,
    },
    invocation,
  );
  const entriesOf = (step: Step) => calls.filter((call) => call.step === step).flatMap(({ entries }) => entries);
  return { clock, calls, commits, invocation, claims, entriesOf };
}

function decoded(key = "k", reason?: object): Decoded {
  const fanfareFailure = { dataType: "String", stringValue: JSON.stringify(reason) };
  const delivery = new Delivery(record({}, reason === undefined ? {} : { messageAttributes: { fanfareFailure } }));
  return { kind: "decoded", delivery, event: { info: EVENT, data: {}, key } };
}

const ready = ({ delivery, event }: Decoded, more: Partial<Ready> = {}): Ready => ({
  kind: "ready",
  delivery,
  event,
  claimed: true,
  tries: 0,
  interrupted: false,
  ...more,
});

const ONCE: Partial<ClaimSettings> = { guarantee: "at-most-once" };
const gone = new Error("gone");

describe("a claim", () => {
  test("is a request with the event, the owner, and the end of the invocation; the start only if it follows at once", async () => {
    const { claims, entriesOf, invocation } = world();
    await Promise.all([claims.claim(decoded("a"), true), claims.claim(decoded("b"), false)]);
    const { digest, ...plain } = decoded("c").event;
    await claims.claim({ ...decoded(), event: { ...plain, digest: "data" } }, false);
    const owner = claims.tokenOf("a");
    expect(owner).toMatch(/^i1\.[0-9a-z]+$/);
    expect(entriesOf("claim")).toStrictEqual([
      { key: "a", owner, leaseUntil: invocation.endsAt, startsNow: true },
      { key: "b", owner, leaseUntil: invocation.endsAt },
      { key: "c", owner, leaseUntil: invocation.endsAt, digest: "data" },
    ]);
  });

  test("does not count a start that is recorded by itself", async () => {
    const { claims, entriesOf } = world({ settings: ONCE });
    await claims.claim(decoded("a"), true);
    expect(entriesOf("claim")[0]).not.toHaveProperty("startsNow");
  });

  test.each<[ClaimResult, object]>([
    [{ status: "claimed" }, { claimed: true, tries: 0, interrupted: false }],
    [
      { status: "claimed", tries: 2, interrupted: true },
      { claimed: true, tries: 2, interrupted: true },
    ],
  ])("%j lets the handler start", async (result, expected) => {
    const { claims } = world({ claim: () => result });
    const one = decoded();
    expect(await claims.claim(one, true)).toEqual({
      kind: "ready",
      delivery: one.delivery,
      event: one.event,
      ...expected,
    });
  });

  test.each<[ClaimResult, object]>([
    [{ status: "done" }, { outcome: { kind: "duplicate" }, claim: "none", tries: undefined }],
    [
      { status: "inProgress", until: 7_000 },
      { outcome: { kind: "retry", cause: "inProgress", error: undefined, notBefore: 7_000 }, claim: "none" },
    ],
    [
      { status: "outcomeUnknown", tries: 2 },
      {
        outcome: {
          kind: "deadLettered",
          error: {
            code: "OutcomeUnknown",
            summary: "the handler was started before, and its outcome is unknown",
            remedy: "find out whether it took effect; redrive the message only if it may be handled again",
          },
        },
        claim: "leaveToLetter",
        tries: 2,
      },
    ],
    [
      { status: "claimed", tries: 3 },
      {
        outcome: {
          kind: "deadLettered",
          error: {
            code: "AttemptsUsedUp",
            summary: "the handler was started 3 times and did not come to its end",
            limit: "3 attempts",
            remedy: "see the function's log for what ended it: a crash, its memory or its timeout",
          },
        },
        claim: "release",
        tries: 3,
      },
    ],
    [
      { status: "unavailable", error: gone },
      {
        outcome: {
          kind: "retry",
          cause: "dependency",
          error: {
            code: "StoreUnavailable",
            summary: "the idempotency store did not respond: gone",
            remedy: "check the table, its throttling and the function's permissions",
            cause: gone,
          },
        },
        claim: "releaseIfClaimed",
        tries: 1,
      },
    ],
  ])("%j ends the delivery before its handler", async (result, expected) => {
    const { claims } = world({ claim: () => result });
    expect(await claims.claim(decoded(), true)).toMatchObject({ kind: "ended", execution: { key: "k", ...expected } });
  });

  test("whose start was not counted is given up without one when its response is lost", async () => {
    const { claims, entriesOf } = world({ claim: () => ({ status: "unavailable", error: gone }) });
    expect(await claims.claim(decoded(), false)).toMatchObject({ execution: { claim: "releaseIfClaimed", tries: 0 } });
    void claims.releaseIfClaimed("k", 0);
    claims.hurry();
    expect(entriesOf("release")).toEqual([]);
  });

  test("of an event that was started as often as it may be goes on where no dead-letter queue would take it", async () => {
    const settings = { deadLetterQueues: new Map(), maxAttempts: 1 };
    const { claims } = world({ claim: () => ({ status: "claimed", tries: 1 }), settings });
    expect(await claims.claim(decoded(), true)).toMatchObject({ kind: "ready", tries: 1 });
    const once = world({ claim: () => ({ status: "claimed", tries: 1 }), settings: { maxAttempts: 1 } });
    expect(await once.claims.claim(decoded(), true)).toMatchObject({
      execution: { outcome: { error: { summary: "the handler was started once and did not come to its end" } } },
    });
  });

  test("that has no response when the time is up is a matter of time, not of the store", async () => {
    const { clock, claims } = world({ claim: () => new Promise(() => {}) });
    const claiming = claims.claim(decoded(), true);
    await clock.advance(8_000);
    expect(await claiming).toMatchObject({
      execution: { outcome: { kind: "retry", cause: "deadline", error: { code: "DeadlineTooClose" } } },
    });
  });

  test("of the same event is one, whose deliveries wait for the first", async () => {
    const { claims, calls } = world();
    const [first, second] = [decoded(), decoded()];
    const prepared = [await claims.claim(first, true), await claims.claim(second, true)];
    expect(calls).toHaveLength(1);
    const repeated = prepared[1];
    expect(repeated).toMatchObject({ kind: "repeated", delivery: second.delivery });
    if (repeated?.kind !== "repeated") {
      throw new Error("not repeated");
    }
    expect(repeated.first).toMatchObject({ delivery: first.delivery, begun: false, outcome: undefined });
    claims.begin(ready(second));
    expect(repeated.first.begun).toBe(false);
    claims.begin(ready(first));
    expect(repeated.first.begun).toBe(true);
    claims.settled(second.delivery, "k", { kind: "ignored" });
    expect(repeated.first.outcome).toBeUndefined();
    claims.settled(first.delivery, "k", { kind: "done" });
    expect([repeated.first.outcome, await repeated.first.settled]).toEqual([{ kind: "done" }, { kind: "done" }]);
  });

  test("of a duplicate is known to its other deliveries before it is settled, with the digest that was handled", async () => {
    const { claims } = world({ claim: () => ({ status: "done", digest: "theirs" }) });
    const one = decoded();
    await claims.claim({ ...one, event: { ...one.event, digest: "ours" } }, true);
    expect(await claims.claim(decoded(), true)).toMatchObject({
      first: { outcome: { kind: "duplicate", conflict: { handled: "theirs", received: "ours" } } },
    });
  });

  test("is left to the transaction that completes the event, where that claims", async () => {
    const { claims, calls } = world({ settings: { claim: "with-commit" } });
    expect(await claims.claim(decoded(), true)).toMatchObject({ kind: "ready", claimed: false, tries: undefined });
    expect(calls).toEqual([]);
  });

  test("is not made at-most-once where what fails cannot be kept", async () => {
    const { claims, calls } = world({ settings: { ...ONCE, deadLetterQueues: new Map() } });
    expect(await claims.claim(decoded(), true)).toMatchObject({
      execution: {
        claim: "none",
        outcome: {
          kind: "retry",
          cause: "dependency",
          error: {
            code: "ConfigurationInvalid",
            field: "deadLetterQueues",
            summary: `at-most-once needs a dead-letter queue, and none is known for ${QUEUE_ARN}`,
            remedy: expect.stringContaining("give deadLetterQueues its ARN"),
          },
        },
      },
    });
    expect(calls).toEqual([]);
  });

  test("of a redriven letter names it, once the handler that was given up has ended", async () => {
    const { clock, claims, entriesOf } = world({ settings: ONCE });
    const runsUntil = clock.now() + 5_000;
    expect(await claims.claim(decoded("early", { claim: "token", runsUntil }), true)).toMatchObject({
      execution: { claim: "none", outcome: { kind: "retry", cause: "inProgress", notBefore: runsUntil } },
    });
    await clock.advance(5_000);
    await claims.claim(decoded("late", { claim: "token", runsUntil }), true);
    expect(entriesOf("claim")).toMatchObject([{ key: "late", letterOf: "token" }]);
  });

  test.each([undefined, { status: "granted" }])(
    "whose result is %j has no response: the store is a user's",
    async (result) => {
      const { claims } = world({ claim: () => result as never });
      expect(await claims.claim(decoded(), true)).toMatchObject({
        execution: {
          outcome: { error: { summary: expect.stringContaining("a claim result without a known status") } },
        },
      });
    },
  );
});

describe("a start", () => {
  test.each<[Partial<Ready>, Partial<ClaimSettings>, readonly "start"[], boolean]>([
    [{ interrupted: true }, {}, [], true],
    [{}, ONCE, [], true],
    [{}, {}, [], false],
    [{ claimed: false, interrupted: true }, {}, [], false],
    [{ interrupted: true }, {}, ["start"], false],
  ])("of %j with %j is recorded by itself: case %#", (more, settings, without, expected) => {
    expect(world({ settings, without }).claims.mustRecordStart(ready(decoded(), more))).toBe(expected);
  });

  test.each([
    [ONCE, true],
    [{}, false],
  ])("is recorded with the tries that it makes, and whether it is the only one: %j", async (settings, once) => {
    const { clock, claims, entriesOf } = world({ settings });
    const started = claims.start(ready(decoded(), { tries: 2 }));
    await clock.advance(1);
    expect(entriesOf("start")).toEqual([]);
    await clock.advance(1);
    expect(await started).toBeUndefined();
    expect(entriesOf("start")).toEqual([{ key: "k", owner: claims.tokenOf("k"), tries: 3, once }]);
  });

  test.each<[SettleResult, object]>([
    [
      { status: "lost" },
      { outcome: { kind: "retry", cause: "inProgress", error: undefined }, claim: "none", tries: 1 },
    ],
    [
      { status: "unavailable", error: gone },
      {
        outcome: { kind: "retry", cause: "dependency", error: { code: "StoreUnavailable" } },
        claim: "release",
        tries: 1,
      },
    ],
  ])("that is %j does not take place", async (result, expected) => {
    const { clock, claims } = world({ settle: () => result });
    const started = claims.start(ready(decoded(), { tries: 1 }));
    await clock.advance(2);
    expect(await started).toMatchObject(expected);
  });
});

describe("completions and releases", () => {
  test("wait 20 ms for others, and for nothing once all handlers have ended", async () => {
    const { clock, claims, calls, entriesOf } = world();
    const first = [claims.complete("a"), claims.complete("b"), claims.release("c", 1)];
    await clock.advance(19);
    expect(calls).toEqual([]);
    await clock.advance(1);
    await Promise.all(first);
    const owner = claims.tokenOf("a");
    expect(entriesOf("complete")).toEqual([
      { key: "a", owner },
      { key: "b", owner },
    ]);
    expect(entriesOf("release")).toEqual([{ key: "c", owner, tries: 1 }]);
    claims.hurry();
    const later = [claims.complete("d"), claims.releaseIfClaimed("e", 1)];
    await clock.settle();
    expect(await Promise.all(later)).toEqual([{ status: "settled" }, { status: "settled" }]);
    expect(entriesOf("release").at(-1)).toEqual({ key: "e", owner, tries: 0, counted: 1 });
  });

  test("release what was started once, although the response to its start was lost", async () => {
    const settle: Scripted["settle"] = (_, { state }) => ({ status: state === "started" ? "settled" : "lost" });
    const once = world({ settle, settings: ONCE });
    once.claims.hurry();
    expect(await once.claims.release("k", 1)).toEqual({ status: "settled" });
    expect(once.entriesOf("release")).toMatchObject([{ tries: 1 }, { tries: 1, state: "started" }]);
    const other = world({ settle });
    other.claims.hurry();
    expect(await other.claims.release("k", 1)).toEqual({ status: "lost" });
    expect(other.entriesOf("release")).toHaveLength(1);
  });

  test.each<[string, (of: Claims) => Promise<SettleResult>, string]>([
    ["a completion", (claims) => claims.complete("k"), "the completion"],
    ["a release", (claims) => claims.release("k", 1), "the release"],
  ])("%s without a response ends when half of the invocation's time has passed", async (_, call, what) => {
    const { clock, claims } = world({ settle: () => new Promise(() => {}) });
    claims.hurry();
    const settled = call(claims);
    await clock.advance(5_000);
    expect(await settled).toMatchObject({
      status: "unavailable",
      error: { code: "DeadlineTooClose", summary: `${what} did not end in the invocation's time` },
    });
  });
});

describe("a commit", () => {
  const items = [{ Put: { TableName: "t", Item: {} } }];
  const { signal } = new AbortController();

  test("completes the claim that the handler has", async () => {
    const { claims, commits } = world();
    expect(await claims.commitOf(ready(decoded()))?.(items, signal)).toEqual({ status: "written" });
    expect(commits).toEqual([["commit", { key: "k", owner: claims.tokenOf("k") }, items, signal]]);
  });

  test("claims the event itself where that is configured", async () => {
    const { claims, commits, invocation } = world({ settings: { claim: "with-commit" } });
    expect(await claims.commitOf(ready(decoded(), { claimed: false }))?.(items, signal)).toEqual({ status: "done" });
    const request = { key: "k", owner: claims.tokenOf("k"), leaseUntil: invocation.endsAt, startsNow: true };
    expect(commits).toEqual([["commitUnclaimed", request, items, signal]]);
  });

  test.each<[string, Scripted, Partial<Ready>]>([
    ["an event that is not claimed", {}, { claimed: false }],
    ["at-most-once", { settings: ONCE }, {}],
    ["a store without transactions", { without: ["commit"] }, {}],
    [
      "a store without transactions that claim",
      { settings: { claim: "with-commit" }, without: ["commitUnclaimed"] },
      {},
    ],
  ])("is not possible for %s", (_, scripted, more) => {
    expect(world(scripted).claims.commitOf(ready(decoded(), more))).toBeUndefined();
  });
});
