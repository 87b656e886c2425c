import { describe, expect, test, vi } from "vitest";
import { MemoryStore } from "../support.ts";
import { refusal, resolve, withoutVariables } from "./environment.ts";

withoutVariables();

const named = { consumer: "billing", store: new MemoryStore() };
const queues = { deadLetterQueues: { "arn:a": { url: "https://a" } } };

/** A store of the user's with transactions. */
function transactional(): MemoryStore {
  return Object.assign(new MemoryStore(), { commitUnclaimed: async () => ({ status: "written" as const }) });
}

describe("a guarantee", () => {
  test.each([
    ["option", { guarantee: "maybe" }, undefined, "guarantee"],
    ["variable", {}, "maybe", "FANFARE_GUARANTEE"],
  ])("that there is not is refused, by %s", (_, options, variable, field) => {
    vi.stubEnv("FANFARE_GUARANTEE", variable);
    expect(refusal(() => resolve(options))).toMatchObject({
      field,
      summary: 'the guarantee is "maybe"',
      remedy: "choose one of at-most-once, at-least-once, exactly-once",
    });
  });

  test("is that of the option, then that of the variable", () => {
    vi.stubEnv("FANFARE_GUARANTEE", "at-least-once");
    expect(resolve(named).guarantee).toBe("at-least-once");
    expect(resolve({ ...named, guarantee: "exactly-once" }).guarantee).toBe("exactly-once");
  });

  test("is chosen by the store where the variable is empty", () => {
    vi.stubEnv("FANFARE_GUARANTEE", "");
    expect([resolve(named).guarantee, resolve().guarantee]).toEqual(["exactly-once", "at-least-once"]);
  });
});

describe("at-most-once", () => {
  const once = { ...named, guarantee: "at-most-once" };

  test("needs a place for what was started and has no end", () => {
    expect(refusal(() => resolve(once))).toMatchObject({
      field: "deadLetterQueues",
      summary: expect.stringContaining("needs a dead-letter queue"),
      remedy: expect.stringContaining("FANFARE_DEAD_LETTER_QUEUES"),
    });
  });

  test("needs a store that records starts", () => {
    const store = Object.assign(new MemoryStore(), { start: undefined });
    expect(refusal(() => resolve({ ...once, ...queues, store }))).toMatchObject({
      field: "store",
      summary: expect.stringContaining("no start()"),
      remedy: expect.stringContaining("implement start()"),
    });
    expect(resolve({ ...once, ...queues }).guarantee).toBe("at-most-once");
  });
});

describe("when events are claimed", () => {
  test("is before the handler, where nothing is said", () => {
    expect(resolve(named).claim).toBe("before-handler");
  });

  test.each([
    ["the guarantee is another", { guarantee: "at-most-once", ...queues, store: transactional() }],
    ["the store has no transactions", {}],
    ["there is no store", { store: undefined, guarantee: "at-least-once" }],
  ])("is not with the commit where %s", (_, options) => {
    expect(refusal(() => resolve({ ...named, ...options, claim: "with-commit" }))).toMatchObject({
      field: "claim",
      summary: expect.stringContaining("needs the guarantee exactly-once"),
      remedy: "use dynamoDbStore(), or leave claim out",
    });
  });

  test("may be with the commit of a store with transactions", () => {
    expect(resolve({ ...named, store: transactional(), claim: "with-commit" }).claim).toBe("with-commit");
  });

  test("is one of two", () => {
    expect(refusal(() => resolve({ ...named, claim: "later" }))).toMatchObject({
      field: "claim",
      summary: 'claim is "later"',
      remedy: "choose one of before-handler, with-commit",
    });
  });
});
