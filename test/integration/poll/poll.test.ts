import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { dynamoDbStore } from "../../../lib/index.ts";
import { startDatabase } from "../idempotency/support.ts";
import { gate, until, World, watch } from "./support.ts";

let world: World;

beforeAll(async () => {
  world = await World.start();
});
afterAll(async () => {
  await world.close();
});

const range = (count: number) => Array.from({ length: count }, (_, n) => n);
const empty = { visible: 0, inFlight: 0 };

describe("messages in hand", () => {
  test("a handler that runs longer than the visibility timeout keeps its message", async () => {
    const queue = await world.queue();
    await world.send(queue, [1]);
    const handled: number[] = [];
    const held = gate();
    const sqs = world.client();
    const calls = watch(sqs);
    const handle = async (n: number) => {
      handled.push(n);
      await held.opened;
    };
    const { poller } = world.poll(queue, handle, { visibilityTimeoutSeconds: 3 }, sqs);
    const beats = () => calls.filter(({ command }) => command === "ChangeMessageVisibilityBatchCommand");
    // Three a timeout: after five of them it has been in hand for longer than the timeout.
    await until("five heartbeats", () => beats().length >= 5);
    expect(await world.depth(queue)).toEqual({ visible: 0, inFlight: 1 });
    held.open();
    await until("it is deleted", async () => (await world.depth(queue)).inFlight === 0);
    await poller.stop();
    expect(handled).toEqual([1]);
    expect(await world.depth(queue)).toEqual(empty);
    expect(beats()[0]?.input.Entries).toEqual([expect.objectContaining({ VisibilityTimeout: 3 })]);
  });

  test("are never more than maxInFlight, and handlers never more than concurrency", async () => {
    const queue = await world.queue();
    await world.send(queue, range(30));
    let running = 0;
    const most = { running: 0, inFlight: 0 };
    const handled = new Set<number>();
    const handle = async (n: number) => {
      running += 1;
      most.running = Math.max(most.running, running);
      most.inFlight = Math.max(most.inFlight, (await world.depth(queue)).inFlight - handled.size);
      running -= 1;
      handled.add(n);
    };
    const sqs = world.client();
    const calls = watch(sqs);
    const { poller } = world.poll(queue, handle, { concurrency: 3, maxInFlight: 5 }, sqs);
    await until("all are handled", () => handled.size === 30);
    await poller.stop();
    expect(most.running).toBe(3);
    const rooms = calls.flatMap(({ command, input }) =>
      command === "ReceiveMessageCommand" ? [Number(input.MaxNumberOfMessages)] : [],
    );
    expect(Math.max(...rooms)).toBe(5);
    expect(await world.depth(queue)).toEqual(empty);
  });

  test("while handlers hold all that may be in hand, no more is received", async () => {
    const queue = await world.queue();
    await world.send(queue, range(30));
    const held = gate();
    let started = 0;
    const handle = async () => {
      started += 1;
      await held.opened;
    };
    const { poller } = world.poll(queue, handle, { concurrency: 4, maxInFlight: 20 });
    await until("twenty are in hand", async () => started === 4 && (await world.depth(queue)).inFlight === 20);
    expect(await world.depth(queue)).toEqual({ visible: 10, inFlight: 20 });
    held.open();
    await until("the queue is empty", async () => (await world.depth(queue)).visible === 0);
    await poller.stop();
    expect(started).toBe(30);
  });

  test("one that failed comes again while a slow one of the same receive still runs", async () => {
    const queue = await world.queue();
    await world.send(queue, [0, 1]);
    const held = gate();
    let failures = 0;
    const handle = async (n: number) => {
      if (n === 0) {
        await held.opened;
      } else if (++failures < 3) {
        throw new Error("no");
      }
    };
    const { poller } = world.poll(queue, handle, { backoff: { baseSeconds: 0 } });
    await until("the third try", () => failures === 3);
    held.open();
    await poller.stop();
    expect(await world.depth(queue)).toEqual(empty);
  });
});

describe("stopping", () => {
  test("ends running handlers and hands back at once what has not started", async () => {
    const queue = await world.queue();
    await world.send(queue, range(8));
    const held = gate();
    const started: number[] = [];
    const ended: number[] = [];
    const handle = async (n: number) => {
      started.push(n);
      await held.opened;
      ended.push(n);
    };
    const { poller } = world.poll(queue, handle, { concurrency: 2 });
    await until("all are in hand", async () => started.length === 2 && (await world.depth(queue)).inFlight === 8);
    const stopped = poller.stop();
    // The two handlers still run: what waited for them is visible all the same.
    await until("six are visible", async () => (await world.depth(queue)).visible === 6);
    expect(ended).toEqual([]);
    held.open();
    await stopped;
    expect(started).toHaveLength(2);
    expect(ended).toEqual(started);
    expect(await world.depth(queue)).toEqual({ visible: 6, inFlight: 0 });
    await expect(poller.done).resolves.toBeUndefined();
  });

  test("gives claims back, so that another worker can have the events at once", async () => {
    const database = await startDatabase();
    try {
      const store = dynamoDbStore({ table: await database.table(), client: database.client });
      const queue = await world.queue(true);
      await world.send(queue, range(6), () => "one");
      const held = gate();
      const handled: number[] = [];
      const handle = async (n: number) => {
        handled.push(n);
        if (n === 0) {
          await held.opened;
        }
      };
      const options = { store, consumer: "billing" };
      const first = world.poll(queue, handle, options);
      await until("the first is started", () => handled.length === 1);
      const stopped = first.poller.stop();
      held.open();
      await stopped;
      expect(await world.depth(queue)).toEqual({ visible: 5, inFlight: 0 });
      const second = world.poll(queue, handle, options);
      await until("all are handled", () => handled.length === 6);
      await second.poller.stop();
      expect(handled).toEqual(range(6));
      expect(await world.depth(queue)).toEqual(empty);
    } finally {
      await database.close();
    }
  });

  test("aborts handlers after the stop timeout, and their messages are not lost", async () => {
    const queue = await world.queue();
    await world.send(queue, [1]);
    let signalled = false;
    let started = false;
    const handle = async (_n: number, signal: AbortSignal) => {
      started = true;
      await new Promise<void>((resolve) => {
        signal.addEventListener("abort", () => {
          signalled = true;
          resolve();
        });
      });
    };
    const { poller, logged } = world.poll(queue, handle, { stopTimeoutMs: 50, backoff: { baseSeconds: 0 } });
    await until("it is started", () => started);
    await poller.stop();
    expect(signalled).toBe(true);
    expect(logged).toContainEqual(expect.objectContaining({ outcome: "retry", cause: "handler" }));
    expect(await world.depth(queue)).toEqual({ visible: 1, inFlight: 0 });
  });

  test("in the moment of a receive loses no message that is on its way", async () => {
    const queue = await world.queue();
    await world.send(queue, range(4));
    const sqs = world.client();
    const asked = gate();
    const answers = gate();
    sqs.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          const answer = await next(args);
          if (commandName !== "ReceiveMessageCommand") {
            return answer;
          }
          asked.open();
          await answers.opened;
          return answer;
        },
      { step: "deserialize", priority: "low", name: "slowAnswer" },
    );
    const handled: number[] = [];
    const { poller } = world.poll(queue, (n) => void handled.push(n), {}, sqs);
    await asked.opened;
    const stopped = poller.stop();
    expect(await world.depth(queue)).toEqual({ visible: 0, inFlight: 4 });
    answers.open();
    await stopped;
    expect(handled).toEqual([]);
    expect(await world.depth(queue)).toEqual({ visible: 4, inFlight: 0 });
  });

  test("SIGTERM leaves nothing in flight", async () => {
    const queue = await world.queue();
    await world.send(queue, range(12));
    const child = spawn(process.execPath, [fileURLToPath(new URL("child.ts", import.meta.url))], {
      env: {
        ...process.env,
        QUEUE_URL: queue,
        AWS_ENDPOINT_URL: world.endpoint,
        AWS_REGION: "eu-central-1",
        AWS_ACCESS_KEY_ID: "test",
        AWS_SECRET_ACCESS_KEY: "test",
      },
      stdio: ["ignore", "pipe", "inherit"],
    });
    try {
      let output = "";
      child.stdout.on("data", (chunk) => {
        output += String(chunk);
      });
      const exit = new Promise<unknown[]>((resolve) => child.once("close", (...how) => resolve(how)));
      await until("a handler runs", () => output.includes("started"), 40_000);
      child.kill("SIGTERM");
      expect(await exit).toEqual([0, null]);
      const said = output.split("\n");
      const count = (word: string) => said.filter((line) => line.startsWith(word)).length;
      expect(count("stopped")).toBe(1);
      expect(count("ended")).toBe(count("started"));
      expect(count("started")).toBeLessThan(12);
      expect(await world.depth(queue)).toEqual({ visible: 12 - count("ended"), inFlight: 0 });
    } finally {
      child.kill("SIGKILL");
    }
  });
});

describe("deletions", () => {
  test("go ten a call, and failed entries and calls are tried again", async () => {
    const queue = await world.queue();
    await world.send(queue, range(10));
    const sqs = world.client();
    const held = gate();
    let tries = 0;
    const calls = watch(sqs, (command, input) => {
      if (command !== "DeleteMessageBatchCommand") {
        return undefined;
      }
      tries += 1;
      if (tries === 1) {
        throw Object.assign(new Error("injected"), { name: "InternalFailure" });
      }
      const entries = Array.isArray(input.Entries) ? input.Entries : [];
      // Nothing is deleted here: the second call fails for all entries.
      return tries === 2
        ? { Failed: entries.map(({ Id }) => ({ Id, Code: "InternalError", Message: "no", SenderFault: false })) }
        : undefined;
    });
    let started = 0;
    const handle = async () => {
      started += 1;
      if (started === 10) {
        held.open();
      }
      await held.opened;
    };
    const { poller } = world.poll(queue, handle, {}, sqs);
    await until("all are deleted", async () => started >= 10 && (await world.depth(queue)).inFlight === 0);
    await poller.stop();
    const sizes = calls.flatMap(({ command, input }) =>
      command === "DeleteMessageBatchCommand" && Array.isArray(input.Entries) ? [input.Entries.length] : [],
    );
    expect(sizes).toEqual([10, 10, 10]);
    expect(started).toBe(10);
    expect(await world.depth(queue)).toEqual(empty);
  });

  test("what cannot be deleted is reported and not asked for again in vain", async () => {
    const queue = await world.queue();
    await world.send(queue, [1]);
    const sqs = world.client();
    const calls = watch(sqs, (command) =>
      command === "DeleteMessageBatchCommand"
        ? { Failed: [{ Id: "0", Code: "ReceiptHandleIsInvalid", Message: "no", SenderFault: true }] }
        : undefined,
    );
    const { poller, logged } = world.poll(queue, () => {}, {}, sqs);
    await until("it is reported", () => logged.some(({ message }) => message.includes("not deleted")));
    await poller.stop();
    expect(calls.filter(({ command }) => command === "DeleteMessageBatchCommand")).toHaveLength(1);
  });
});

describe("receiving", () => {
  test("errors are logged, backed off from and outlived", async () => {
    const queue = await world.queue();
    await world.send(queue, [1]);
    const sqs = world.client();
    let refused = 0;
    watch(sqs, (command) => {
      // The very first call of a poller is for the ARN: it may fail like any other.
      const refuse =
        command === "GetQueueAttributesCommand" ? refused === 0 : command === "ReceiveMessageCommand" && refused < 3;
      if (!refuse) {
        return undefined;
      }
      refused += 1;
      throw Object.assign(new Error("injected"), { name: "ServiceUnavailable" });
    });
    const handled: number[] = [];
    const clock = { now: () => Date.now(), random: () => 0.02, nextTurn: setImmediate, timer: timerOf(waits) };
    waits.length = 0;
    const { poller, logged } = world.poll(queue, (n) => void handled.push(n), { clock }, sqs);
    await until("it is handled", () => handled.length === 1);
    await poller.stop();
    const failed = logged.filter(({ message }) => message === "receive failed");
    expect(failed.map(({ failures }) => failures)).toEqual([1, 2, 3]);
    // 500 ms, doubled each time, of which chance takes a fiftieth.
    expect(waits.filter((ms) => [10, 20, 40].includes(ms)).slice(0, 3)).toEqual([10, 20, 40]);
  });

  test("a queue that does not exist rejects done, and says so in the log", async () => {
    const { poller, logged } = world.poll(`${world.endpoint}/000000000000/nowhere`, () => {});
    await expect(poller.done).rejects.toMatchObject({ code: "ConfigurationInvalid", field: "queueUrl" });
    expect(logged).toContainEqual(expect.objectContaining({ message: "poller stopped" }));
  });

  test("what is no URL is refused at once", () => {
    expect(() => world.poll("arn:aws:sqs:eu-central-1:000000000000:orders", () => {})).toThrow(
      expect.objectContaining({ code: "ConfigurationInvalid", field: "queueUrl" }),
    );
  });
});

describe("across receives", () => {
  test("an event that is sent again is not handled again", async () => {
    const database = await startDatabase();
    try {
      const store = dynamoDbStore({ table: await database.table(), client: database.client });
      const queue = await world.queue();
      const handled: number[] = [];
      const { poller, logged } = world.poll(queue, (n) => void handled.push(n), { store, consumer: "billing" });
      await world.send(queue, [1]);
      await until("it is handled", () => handled.length === 1);
      await world.send(queue, [1, 2]);
      await until("the others are through", () => logged.filter(({ outcome }) => outcome !== undefined).length === 3);
      await poller.stop();
      expect(handled).toEqual([1, 2]);
      expect(logged.filter(({ outcome }) => outcome === "duplicate")).toHaveLength(1);
      expect(await world.depth(queue)).toEqual(empty);
    } finally {
      await database.close();
    }
  });

  test("groups keep their order, also after failures", async () => {
    const queue = await world.queue(true);
    const numbers = range(40);
    await world.send(queue, numbers, (n) => `g${n % 4}`);
    const handled: number[] = [];
    const failed = new Set<number>();
    const handle = (n: number) => {
      // Every fifth one fails at its first try.
      if (n % 5 === 0 && !failed.has(n)) {
        failed.add(n);
        throw new Error("no");
      }
      handled.push(n);
    };
    const { poller } = world.poll(queue, handle, { backoff: { baseSeconds: 0 } });
    await until("all are handled", () => handled.length === 40, 40_000);
    await poller.stop();
    expect(failed.size).toBe(8);
    for (const group of range(4)) {
      expect(handled.filter((n) => n % 4 === group)).toEqual(numbers.filter((n) => n % 4 === group));
    }
    expect(await world.depth(queue)).toEqual(empty);
  });
});

const waits: number[] = [];

/** Timers of the machine, whose lengths are noted. */
function timerOf(lengths: number[]): (ms: number, callback: () => void) => () => void {
  return (ms, callback) => {
    lengths.push(ms);
    const handle = setTimeout(callback, ms);
    return () => clearTimeout(handle);
  };
}
