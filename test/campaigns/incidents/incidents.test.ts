import { rmSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Ended } from "../../integration/ops/command.ts";
import { type ShopOptions, until } from "../../integration/ops/shop.ts";
import { INCIDENTS, type Incident } from "./paths.ts";
import { Stage } from "./stage.ts";

/** The path of an incident: each command once, in its order. */
class Path {
  readonly #stage: Stage;
  readonly #steps: Incident["steps"];
  #at = 0;

  constructor(stage: Stage, { steps }: Incident) {
    this.#stage = stage;
    this.#steps = steps;
  }

  /**
   * Runs the next command of the path.
   *
   * @param values what stands for `GROUP` and `ID`
   * @param count what a script has to say of a command that writes; a function is asked again after a refusal
   */
  async next(
    values: Readonly<Record<string, string>> = {},
    count: number | (() => Promise<number>) = 0,
  ): Promise<Ended> {
    const step = this.#steps[this.#at++];
    if (step === undefined) {
      throw new Error("the path has ended");
    }
    const words = step.command.split(" ").map((word) => values[word] ?? word);
    for (let left = 5; ; left--) {
      const expected = String(typeof count === "function" ? await count() : count);
      const confirmed = step.writes === true ? ["--yes", "--expect-count", expected] : [];
      const ran = await this.#stage.run([...words, ...confirmed, "--json"].join(" "));
      if (ran.code !== 2 || typeof count === "number" || left === 0) {
        return ran;
      }
    }
  }

  get isDone(): boolean {
    return this.#at === this.#steps.length;
  }
}

const numbered = (prefix: string, count: number) => Array.from({ length: count }, (_, index) => `${prefix}-${index}`);

/** A path of at most six commands. */
async function incident(
  name: keyof typeof INCIDENTS,
  options: ShopOptions,
  play: (stage: Stage, path: Path) => Promise<void>,
): Promise<void> {
  const known: Incident = INCIDENTS[name];
  expect(known.steps.length).toBeLessThanOrEqual(6);
  await using stage = await Stage.set(options);
  const path = new Path(stage, known);
  await play(stage, path);
  expect(path.isDone, "every command of the path was run").toBe(true);
}

async function charged(stage: Stage, orderIds: readonly string[]): Promise<void> {
  await until(() => orderIds.every((id) => stage.shop.effects.includes(id)), `charged: ${orderIds.join(", ")}`);
  expect(stage.shop.effects.length, "none is charged twice").toBe(new Set(stage.shop.effects).size);
}

const ok = (ran: Ended) => {
  expect(ran.code, `${ran.out}\n${ran.err}`).toBe(0);
  return JSON.parse(ran.out);
};

test(INCIDENTS.schema.title, async () => {
  await incident("schema", {}, async (stage, path) => {
    const orders = numbered("s", 15);
    await stage.publish(orders, ({ orderId, total }) => ({ orderId, amount: total }));
    await until(async () => (await stage.depth("Dead")) === orders.length, "all are dead-lettered");
    const { groups } = ok(await path.next());
    expect(groups).toMatchObject([{ count: orders.length, error: "SchemaMismatch" }]);
    const [{ fingerprint, samples }] = groups;
    const { body } = ok(await path.next({ ID: samples[0] }));
    expect(body.data).toHaveProperty("amount");
    await stage.deploy({ environment: { SCHEMA: "amount" } });
    expect(ok(await path.next({ GROUP: fingerprint }, orders.length))).toMatchObject({ moved: 15, returned: 0 });
    await charged(stage, orders);
  });
});

test(INCIDENTS.dependency.title, async () => {
  await incident("dependency", {}, async (stage, path) => {
    stage.shop.break("down");
    const orders = numbered("d", 20);
    await stage.publish(orders);
    await until(() => stage.shop.logs.some((line) => line.includes("ECONNREFUSED")), "the handler fails");
    const { subscribers } = ok(await path.next());
    const { queue, deadLetters } = subscribers[0];
    const all = [queue, deadLetters].flatMap(({ visible, inFlight, delayed }) => visible + inFlight + delayed);
    expect(all[0] + all[1]).toBe(orders.length);
    // Retries may use up their tries at any moment, so that the count is that of now.
    ok(await path.next({}, () => stage.depth("Work")));
    stage.shop.break(undefined);
    ok(await path.next({}, () => stage.depth("Work")));
    await until(async () => (await stage.depth("Work")) === 0, "the queue is empty");
    const dead = await stage.depth("Dead");
    const redriven = ok(await path.next({}, dead));
    expect(dead === 0 || redriven.moved === dead, JSON.stringify(redriven)).toBe(true);
    await charged(stage, orders);
  });
});

test(INCIDENTS.permission.title, async () => {
  await incident("permission", { allowed: false }, async (stage, path) => {
    const orders = numbered("p", 5);
    await stage.publish(orders);
    await until(async () => (await stage.depth("Undelivered")) === orders.length, "SNS cannot deliver");
    const found = await path.next();
    expect(found.code).toBe(1);
    expect(found.out).toContain("does not let shop-orders send");
    await stage.deploy({});
    expect(ok(await path.next({}, orders.length))).toMatchObject({ moved: orders.length });
    await charged(stage, orders);
    const { findings } = ok(await path.next());
    expect(findings).toEqual([]);
  });
});

test(INCIDENTS.mapping.title, async () => {
  await incident("mapping", {}, async (stage, path) => {
    ok(await stage.run("fanfare pause Billing --yes --expect-count 0 --json"));
    const orders = numbered("m", 5);
    await stage.publish(orders);
    const { subscribers } = ok(await path.next());
    expect(subscribers[0]).toMatchObject({ warnings: ["paused: its mapping is disabled"], queue: { visible: 5 } });
    ok(await path.next({}, orders.length));
    await charged(stage, orders);
  });
});

test(INCIDENTS.poison.title, async () => {
  await incident("poison", { fifo: true }, async (stage, path) => {
    const orders = ["g-0", "g-1", "g-2", "h-0", "h-1"];
    await stage.publish(orders, (order) => (order.orderId === "g-1" ? { ...order, total: "seven" } : order));
    await until(async () => (await stage.depth("Dead")) === 1, "one is dead-lettered");
    await until(() => stage.shop.effects.length === 4, "the others are charged");
    const { groups } = ok(await path.next());
    const [{ samples }] = groups;
    const { body } = ok(await path.next({ ID: samples[0] }));
    expect(body.data).toMatchObject({ orderId: "g-1", total: "seven" });
    stage.write("corrected.json", JSON.stringify({ ...body, data: { ...body.data, total: 7 } }));
    expect(ok(await path.next({ ID: samples[0] }, 1))).toMatchObject({ causationId: "event-g-1" });
    await charged(stage, orders);
    expect(await stage.depth("Dead")).toBe(0);
  });
});

test(INCIDENTS.expiry.title, async () => {
  await incident("expiry", {}, async (stage, path) => {
    stage.shop.break("declined");
    const orders = numbered("e", 12);
    await stage.publish(orders);
    await until(async () => (await stage.depth("Dead")) === orders.length, "all are dead-lettered");
    stage.shop.runtime.advance(12 * 86_400_000);
    const found = await path.next();
    expect(found.code).toBe(1);
    expect(found.out).toMatch(/dead letters of shop-billing-dlq expire in 4[78] hours/);
    ok(await path.next({}, orders.length));
    // Three days later they would have been lost.
    stage.shop.runtime.advance(3 * 86_400_000);
    stage.shop.break(undefined);
    ok(await path.next({}, orders.length));
    expect(ok(await path.next({}, orders.length))).toMatchObject({ moved: orders.length, returned: 0 });
    await charged(stage, orders);
  });
});

test(INCIDENTS.offload.title, async () => {
  await incident("offload", {}, async (stage, path) => {
    await stage.publishOffloaded("o-1", "shop-payloads", "orders/o-1");
    await until(async () => (await stage.depth("Dead")) === 1, "it is dead-lettered");
    const { groups } = ok(await path.next());
    expect(groups).toMatchObject([{ count: 1, error: "PointerNotAllowed" }]);
    await stage.deploy({ environment: { FANFARE_PAYLOAD_SOURCES: "shop-payloads/orders" } });
    expect(ok(await path.next({ GROUP: groups[0].fingerprint }, 1))).toMatchObject({ moved: 1, returned: 0 });
    await charged(stage, ["o-1"]);
  });
});

test(INCIDENTS.duplicates.title, async () => {
  await incident("duplicates", {}, async (stage, path) => {
    await stage.deploy({}, "next");
    await stage.shop.send("Work", ["x-1"]);
    await until(() => stage.shop.effects.length === 1, "it is charged");
    await stage.deploy({ consumer: "shop.Billing2" });
    await stage.shop.send("Work", ["x-1"]);
    await until(() => stage.shop.effects.length === 2, "it is charged twice");
    const found = await path.next();
    expect(found.code).toBe(1);
    expect(found.out).toContain("is renamed from shop.Billing2 to shop.Billing");
    ok(await path.next({}, 0));
    await stage.shop.send("Work", ["x-1"]);
    rmSync(join(stage.directory, "cdk.out"), { recursive: true });
    await stage.deploy({});
    ok(await path.next({}, 1));
    await until(async () => (await stage.depth("Work")) === 0, "the queue is empty");
    expect(stage.shop.effects, "under its old name the consumer knows the event").toEqual(["x-1", "x-1"]);
  });
});
