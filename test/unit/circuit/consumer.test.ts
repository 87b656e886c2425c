import { SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { type ConsumeOptions, circuitBreaker, consume, type Logger, type SqsRecord } from "../../../lib/index.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { contract, envelope, FIFO_ARN, ids, type Orders, QUEUE_ARN, record } from "../consume/support.ts";
import { MemoryCircuitStore } from "./support.ts";

/** An entry of the calls that matter here. */
interface Entry {
  readonly Id: string;
  readonly VisibilityTimeout?: number;
  readonly MessageAttributes?: Record<string, { StringValue?: string }>;
}

const client = new SQSClient({ region: "eu-central-1", credentials: { accessKeyId: "a", secretAccessKey: "b" } });
const sent: { command: string; entries: readonly Entry[] }[] = [];
client.middlewareStack.add(
  (_next, { commandName }) =>
    async (args) => {
      const { Entries } = args.input as unknown as { Entries: Entry[] };
      sent.push({ command: String(commandName), entries: Entries });
      return { response: {}, output: { $metadata: {}, Successful: Entries.map(({ Id }) => ({ Id })) } as never };
    },
  { step: "initialize", name: "recording" },
);
const entriesOf = (command: string) =>
  sent.filter((call) => call.command === command).flatMap(({ entries }) => entries);
const visibilities = () => entriesOf("ChangeMessageVisibilityBatchCommand").map((entry) => entry.VisibilityTimeout);
const reasons = () =>
  entriesOf("SendMessageBatchCommand").map(
    (entry) => JSON.parse(entry.MessageAttributes?.fanfareFailure?.StringValue ?? "{}").error,
  );

beforeEach(() => {
  sent.length = 0;
});
afterAll(() => client.destroy());

/** Workers that share a circuit which opens after two failures; `handle` gets the event's `n`. */
function consumer(
  handle: (n: number) => unknown,
  options: ConsumeOptions<Orders> = {},
  store = new MemoryCircuitStore(),
) {
  const clock = new FakeClock();
  const logged: Record<string, unknown>[] = [];
  const write = (message: string, fields: Readonly<Record<string, unknown>>) =>
    void logged.push({ message, ...fields });
  const logger: Logger = { debug: write, info: write, warn: write, error: write };
  const worker = () => {
    const handler = consume(
      contract,
      {
        Placed: async ({ n }) => {
          await handle(n);
        },
      },
      {
        consumer: "billing",
        guarantee: "at-least-once",
        deadLetterQueues: {},
        circuitBreaker: circuitBreaker({ store, failureThreshold: 2, openSeconds: 30 }),
        clients: { sqs: client },
        clock,
        logger,
        ...options,
      },
    );
    return async (...records: SqsRecord[]): Promise<string[]> => {
      let answer: string[] | undefined;
      const context = { awsRequestId: "request", functionName: "function", getRemainingTimeInMillis: () => 30_000 };
      void handler({ Records: records }, context).then((response) => {
        answer = ids(response);
      });
      await clock.runUntil("the answer", () => answer !== undefined);
      return answer ?? [];
    };
  };
  return { clock, logged, store, worker };
}

let sequence = 0;
const event = (n: number, more: Parameters<typeof record>[1] = {}) => {
  sequence += 1;
  return record(envelope(`e-${sequence}`, { n }), more);
};
const received = (n: number, times: number) => event(n, { attributes: { ApproximateReceiveCount: String(times) } });
const fails = () => {
  throw new Error("the database is down");
};

describe("opening", () => {
  test("in the middle of a batch: what has not started is handed back unstarted", async () => {
    const started: number[] = [];
    const { clock, worker, logged } = consumer(
      async (n) => {
        started.push(n);
        await new Promise<void>((resolve) => void clock.timer(100, resolve));
        fails();
      },
      { concurrency: 1 },
    );
    expect(await worker()(event(0), event(1), event(2), event(3), event(4))).toHaveLength(5);
    // The third one is started in the moment in which the circuit opens.
    expect(started).toEqual([0, 1, 2]);
    const causes = logged.flatMap(({ cause }) => (cause === undefined ? [] : [cause]));
    expect(causes.sort()).toEqual(["circuit", "circuit", "handler", "handler", "handler"]);
    expect(logged).toContainEqual(expect.objectContaining({ message: "circuit opened", seconds: 30, failures: 2 }));
  });

  test("every other worker then starts nothing, until the pause is over", async () => {
    const started: number[] = [];
    const { clock, worker } = consumer((n) => {
      started.push(n);
      if (n === 0) {
        fails();
      }
    });
    await worker()(event(0), event(0));
    const other = worker();
    const [one, two] = [event(1), event(2)];
    expect(await other(one, two)).toEqual([one.messageId, two.messageId]);
    expect(started).toEqual([0, 0]);
    await clock.advance(30_000);
    expect(await other(one, two)).toEqual([]);
    expect(started).toEqual([0, 0, 1, 2]);
  });

  test.each([
    ["poison that is dead-lettered", { deadLetterQueues: { [QUEUE_ARN]: { url: "https://sqs/dlq" } } }],
    ["poison without a dead-letter queue", {}],
  ])("%s does not count", async (_what, options) => {
    const { store, worker } = consumer(() => {}, options);
    const invoke = worker();
    await invoke(...Array.from({ length: 9 }, () => record("{ no JSON")), event(1));
    expect(store.record).toBeUndefined();
    expect(await invoke(event(2))).toEqual([]);
  });

  test("a failure at its last try counts, although it is dead-lettered", async () => {
    const { store, worker } = consumer(fails, {
      deadLetterQueues: { [QUEUE_ARN]: { url: "https://sqs/dlq", maxReceiveCount: 1 } },
    });
    expect(await worker()(event(0), event(1))).toEqual([]);
    expect(reasons()).toEqual(["Error", "Error"]);
    expect(store.record?.opened).toBe(1);
  });

  test("with the store down records are handled as if there were no circuit", async () => {
    const store = new MemoryCircuitStore();
    store.fault = "down";
    const handled: number[] = [];
    const { worker } = consumer((n) => (n === 0 ? fails() : handled.push(n)), {}, store);
    const invoke = worker();
    expect(await invoke(event(0), event(0), event(0))).toHaveLength(3);
    expect(await invoke(event(1), event(2))).toEqual([]);
    expect(handled).toEqual([1, 2]);
  });
});

describe("handing back", () => {
  test("for the pause, spread, however often they were received", async () => {
    const { clock, worker } = consumer(fails);
    const invoke = worker();
    await invoke(event(0), event(0));
    sent.length = 0;
    await invoke(received(1, 1), received(1, 2), received(1, 3), received(1, 20));
    // 30 s, and with the fake clock's chance of a half an eighth more.
    expect(visibilities()).toEqual([34, 34, 34, 34]);
    clock.chance = 0;
    sent.length = 0;
    await invoke(received(1, 1), received(1, 2));
    expect(visibilities()).toEqual([30, 30]);
  });

  test("is no failure of the handler: the circuit opens no further", async () => {
    const { store, worker } = consumer(fails);
    const invoke = worker();
    await invoke(event(0), event(0));
    const { record: opened } = store;
    for (let time = 0; time < 5; time++) {
      await invoke(event(1), event(1), event(1));
    }
    expect(store.record).toEqual(opened);
  });

  test("at its last receive a message is dead-lettered with the reason, before SQS does it without", async () => {
    const { worker } = consumer(fails, {
      deadLetterQueues: { [QUEUE_ARN]: { url: "https://sqs/dlq", maxReceiveCount: 3 } },
    });
    const invoke = worker();
    await invoke(event(0), event(0));
    const [fresh, last] = [received(1, 2), received(1, 3)];
    expect(await invoke(fresh, last)).toEqual([fresh.messageId]);
    expect(reasons()).toEqual(["CircuitOpen"]);
  });
});

describe("probing", () => {
  test("records are tried one by one until one succeeds, then all at once", async () => {
    const log: string[] = [];
    let down = true;
    const { clock, store, worker } = consumer((n) => {
      log.push(`${n}`);
      if (down) {
        fails();
      }
    });
    const invoke = worker();
    await invoke(event(0), event(0));
    await clock.advance(30_000);
    down = false;
    log.length = 0;
    expect(await invoke(record("{ poison"), event(1), event(2), event(3))).toHaveLength(1);
    expect(log).toEqual(["1", "2", "3"]);
    expect(store.record?.opened).toBe(0);
  });

  test("one failure hands all others back, and the pause is twice as long", async () => {
    const started: number[] = [];
    const { clock, store, worker } = consumer((n) => {
      started.push(n);
      fails();
    });
    const invoke = worker();
    await invoke(event(0), event(0));
    await clock.advance(30_000);
    started.length = 0;
    expect(await invoke(event(1), event(2), event(3))).toHaveLength(3);
    expect(started).toEqual([1]);
    expect(store.record).toMatchObject({ opened: 2, openUntil: clock.now() + 60_000 });
  });

  test("a batch of nothing but poison decides nothing, and the next one may probe at once", async () => {
    const { clock, store, worker } = consumer((n) => (n === 0 ? fails() : undefined));
    const invoke = worker();
    await invoke(event(0), event(0));
    await clock.advance(30_000);
    await invoke(record("{"), record("{"));
    expect(store.record?.opened).toBe(1);
    expect(await invoke(event(1))).toEqual([]);
    expect(store.record?.opened).toBe(0);
  });

  test("FIFO: what is behind a record that comes again does not overtake it, not even as a probe", async () => {
    const handled: number[] = [];
    const { clock, worker } = consumer((n) => (n === 0 ? fails() : handled.push(n)));
    const invoke = worker();
    await invoke(event(0), event(0));
    await clock.advance(30_000);
    // Without a dead-letter queue poison comes again, and blocks its group.
    const poison = record("{", {
      attributes: { ApproximateReceiveCount: "1", MessageGroupId: "x" },
      eventSourceARN: FIFO_ARN,
    });
    const [behind, free, last] = [event(1, { group: "x" }), event(2, { group: "y" }), event(3, { group: "x" })];
    expect(await invoke(poison, behind, free, last)).toEqual([poison, behind, last].map(({ messageId }) => messageId));
    expect(handled).toEqual([2]);
  });
});
