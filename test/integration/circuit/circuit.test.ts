import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CircuitBreaker, dynamoDbCircuitStore } from "../../../lib/circuit/index.ts";
import { circuitBreaker, dynamoDbStore } from "../../../lib/index.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { Said } from "../../unit/circuit/support.ts";
import { clientFor, type Database, startDatabase } from "../idempotency/support.ts";
import { until, World, watch } from "../poll/support.ts";

let database: Database;
let table: string;
let world: World;

beforeAll(async () => {
  [database, world] = await Promise.all([startDatabase(), World.start()]);
  table = await database.table();
});
afterAll(async () => {
  await Promise.all([database.close(), world.close()]);
});

describe("the state in DynamoDB", () => {
  test("is absent until it is written, and replaced only by who has seen the last one", async () => {
    const store = dynamoDbCircuitStore({ table, client: database.client });
    const name = randomUUID();
    expect(await store.read(name)).toBeUndefined();
    const first = { generation: 1, openUntil: 1_800_000_000_001, opened: 1 };
    expect(await store.replace(name, first, undefined)).toBe(true);
    expect(await store.replace(name, { ...first, opened: 9 }, undefined)).toBe(false);
    expect(await store.read(name)).toEqual(first);
    const second = { generation: 2, openUntil: 0, opened: 0 };
    expect(await store.replace(name, second, 7)).toBe(false);
    expect(await store.replace(name, second, 1)).toBe(true);
    expect(await store.replace(name, first, 1)).toBe(false);
    expect(await store.read(name)).toEqual(second);
  });

  test("of two consumers in one table are two", async () => {
    const store = dynamoDbCircuitStore({ table, client: database.client });
    const [one, other] = [randomUUID(), randomUUID()];
    await store.replace(one, { generation: 1, openUntil: 5, opened: 1 }, undefined);
    expect(await store.read(other)).toBeUndefined();
  });

  test("errors other than a lost race are thrown, and the breaker takes them as closed", async () => {
    const store = dynamoDbCircuitStore({ table: "no-such-table", client: database.client });
    await expect(store.read("a")).rejects.toMatchObject({ name: "ResourceNotFoundException" });
    const said = new Said();
    const breaker = new CircuitBreaker("a", store, new FakeClock(), said, {});
    expect(await breaker.permission()).toEqual({ kind: "closed" });
    expect(said.words).toEqual(["unavailable"]);
  });

  test("gives the probe to one of twenty workers with clients of their own", async () => {
    const clock = new FakeClock();
    const said = new Said();
    const name = randomUUID();
    const clients = Array.from({ length: 20 }, () => clientFor(database.endpoint));
    const breakers = clients.map(
      (client) =>
        new CircuitBreaker(name, dynamoDbCircuitStore({ table, client }), clock, said, { failureThreshold: 1 }),
    );
    await breakers[0]?.failed();
    await clock.advance(30_000);
    const permissions = await Promise.all(breakers.map((breaker) => breaker.permission()));
    expect(permissions.filter(({ kind }) => kind === "probe")).toHaveLength(1);
    expect(permissions.filter(({ kind }) => kind === "open")).toHaveLength(19);
    await breakers.find((breaker) => breaker.probing)?.succeeded();
    await clock.advance(5_000);
    const kinds = (await Promise.all(breakers.map((breaker) => breaker.permission()))).map(({ kind }) => kind);
    expect(new Set(kinds)).toEqual(new Set(["closed"]));
    expect(said.words).toEqual(["opened 30", "closed"]);
    for (const client of clients) {
      client.destroy();
    }
  });
});

describe("two pollers behind one circuit", () => {
  test("stop receiving in an outage that one of them met, and go on when it is over", {
    timeout: 180_000,
  }, async () => {
    const [queueOne, queueTwo] = await Promise.all([world.queue(), world.queue()]);
    const consumer = `billing-${randomUUID()}`;
    const handled = { one: [] as number[], two: [] as number[] };
    let down = true;
    let met = 0;
    const options = () => ({
      consumer,
      store: dynamoDbStore({ table, client: database.client }),
      concurrency: 1,
      backoff: { baseSeconds: 0 },
      circuitBreaker: circuitBreaker({
        store: dynamoDbCircuitStore({ table, client: database.client }),
        failureThreshold: 2,
        openSeconds: 1,
        refreshSeconds: 0,
      }),
    });
    const handle = (list: number[]) => (n: number) => {
      if (down) {
        met += 1;
        throw new Error("the database is down");
      }
      list.push(n);
    };
    const sqs = world.client();
    const calls = watch(sqs);
    const one = world.poll(queueOne, handle(handled.one), options());
    await world.send(queueOne, [1, 2, 3, 4]);
    await until("the circuit opens", () => one.logged.some(({ message }) => message === "circuit opened"));
    const metBefore = met;
    // The other learns of it before its first receive, and leaves its messages where they are.
    await world.send(queueTwo, [11, 12]);
    const two = world.poll(queueTwo, handle(handled.two), options(), sqs);
    await until("a probe fails", () => one.logged.concat(two.logged).some(({ seconds }) => seconds === 2));
    expect(met).toBeLessThanOrEqual(metBefore + 2);
    down = false;
    const closings = () => one.logged.concat(two.logged).filter(({ message }) => message === "circuit closed");
    await until("the circuit closes", () => closings().length > 0);
    // Two pauses of 1 and 2 seconds, in which a receive of messages that are handed back would be one after another.
    expect(calls.filter(({ command }) => command === "ReceiveMessageCommand").length).toBeLessThan(15);
    // A message that is received again while the other poller probes waits for the 30 s of a probe, and up to a quarter more.
    const state = () =>
      `all is handled: ${JSON.stringify(handled)}, logged ${JSON.stringify([one.logged.slice(-8), two.logged.slice(-8)])}`;
    await until(state, () => handled.one.length === 4 && handled.two.length === 2, 150_000);
    await Promise.all([one.poller.stop(), two.poller.stop()]);
    expect([...handled.one].sort()).toEqual([1, 2, 3, 4]);
    expect([...handled.two].sort()).toEqual([11, 12]);
    for (const queue of [queueOne, queueTwo]) {
      expect(await world.depth(queue)).toEqual({ visible: 0, inFlight: 0 });
    }
  });
});
