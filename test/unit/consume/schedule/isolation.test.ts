import { describe, expect, test } from "vitest";
import { Delivery } from "../../../../lib/consume/record/index.ts";
import { Isolation } from "../../../../lib/consume/schedule/isolation.ts";
import { record } from "../support.ts";

const delivery = () => new Delivery(record({}));
const [a, b, c, d] = [delivery(), delivery(), delivery(), delivery()];
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Whether a delivery has begun. */
function followed(entering: Promise<void> | undefined) {
  const state = { begun: entering === undefined };
  void entering?.then(() => {
    state.begun = true;
  });
  return state;
}

describe("deliveries", () => {
  test("begin beside each other at once", () => {
    const isolation = new Isolation();
    expect([isolation.enter(a), isolation.enter(b)]).toEqual([undefined, undefined]);
  });

  test("that must be alone begin when no other is inside, one after the other, and others after them", async () => {
    const isolation = new Isolation();
    isolation.enter(a);
    isolation.enter(b);
    const alone = followed(isolation.enterAlone(c));
    await turn();
    isolation.leave(a);
    await turn();
    expect(alone.begun).toBe(false);
    isolation.leave(b);
    await turn();
    expect(alone.begun).toBe(true);
    const [second, other] = [followed(isolation.enterAlone(d)), followed(isolation.enter(a))];
    await turn();
    expect([second.begun, other.begun]).toEqual([false, false]);
    isolation.leave(c);
    await turn();
    expect([second.begun, other.begun]).toEqual([true, false]);
    isolation.leave(d);
    await turn();
    expect(other.begun).toBe(true);
    expect(isolation.enter(b)).toBeUndefined();
  });

  test("that never began take nothing with them when they leave", async () => {
    const isolation = new Isolation();
    const alone = followed(isolation.enterAlone(a));
    await turn();
    isolation.leave(b);
    const other = followed(isolation.enter(c));
    await turn();
    expect([alone.begun, other.begun]).toEqual([true, false]);
    isolation.leave(a);
    await turn();
    expect(other.begun).toBe(true);
  });
});
