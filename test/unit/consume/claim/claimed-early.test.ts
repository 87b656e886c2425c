import { expect, test, vi } from "vitest";
import type { ClaimRequest, ClaimResult, HandlerContext } from "../../../../lib/index.ts";
import { envelope, MemoryStore, record, run } from "../support.ts";

/** A store that tells what is claimed, and answers when it is let to. */
class SlowStore extends MemoryStore {
  readonly #looked = Promise.withResolvers<void>();
  /** Told instead of what is claimed. */
  claimed: readonly number[] | undefined;
  fails = false;

  override async claim(
    requests: readonly ClaimRequest[],
    _signal?: AbortSignal,
    onClaimed?: (indexes: readonly number[]) => void,
  ): Promise<readonly ClaimResult[]> {
    const outcomes = await super.claim(requests);
    const claimed = outcomes.flatMap(({ status }, index) => (status === "claimed" ? [index] : []));
    onClaimed?.(this.claimed ?? claimed);
    // Some call more often than they should.
    onClaimed?.(this.claimed ?? claimed);
    await this.#looked.promise;
    onClaimed?.(requests.map((_, index) => index));
    if (this.fails) {
      throw new Error("the store is gone");
    }
    return outcomes;
  }

  answer(): void {
    this.#looked.resolve();
  }
}

const calls = (store: MemoryStore, step: string) => store.calls.filter((call) => call.step === step);

function duplicated(store: MemoryStore, ...eventIds: string[]): void {
  for (const id of eventIds) {
    store.items.set(`billing#%2Fshop#orders.Placed#${id}`, { owner: "another", done: true });
  }
}

test("events that are claimed are handled and completed while the store still looks at the others", async () => {
  const store = new SlowStore();
  duplicated(store, "b");
  const handled: string[] = [];
  const handler = (_data: unknown, { event }: HandlerContext) => void handled.push(event.id);
  const records = ["a", "b", "c"].map((id) => record(envelope(id)));
  const running = run({ Placed: handler }, records, { store });
  await vi.waitFor(() => expect(calls(store, "complete").flatMap(({ keys }) => keys)).toHaveLength(2));
  store.answer();
  expect(await running).toEqual([]);
  expect(handled).toEqual(["a", "c"]);
  expect(calls(store, "claim")).toHaveLength(1);
  expect(calls(store, "complete")).toHaveLength(1);
});

test("what was started stays started when the store fails for the others", async () => {
  const store = new SlowStore();
  store.fails = true;
  duplicated(store, "b");
  const handled: string[] = [];
  const handler = (_data: unknown, { event }: HandlerContext) => void handled.push(event.id);
  const records = ["a", "b"].map((id) => record(envelope(id)));
  const running = run({ Placed: handler }, records, { store });
  await vi.waitFor(() => expect(handled).toEqual(["a"]));
  store.answer();
  expect(await running).toEqual([records[1]?.messageId]);
  expect(handled).toEqual(["a"]);
  expect(store.items.get("billing#%2Fshop#orders.Placed#a")).toMatchObject({ done: true });
});

test("what becomes claimed only later is handled then, and places that do not exist are nobody's", async () => {
  const store = new SlowStore();
  store.claimed = [1, 7, -1];
  const handled: string[] = [];
  const handler = (_data: unknown, { event }: HandlerContext) => void handled.push(event.id);
  const running = run(
    { Placed: handler },
    ["a", "b", "c", "b"].map((id) => record(envelope(id))),
    { store },
  );
  await vi.waitFor(() => expect(handled).toEqual(["b"]));
  store.answer();
  expect(await running).toEqual([]);
  expect(handled).toEqual(["b", "a", "c"]);
  expect(new Set(calls(store, "complete").flatMap(({ keys }) => keys)).size).toBe(3);
});
