import * as v from "valibot";
import { describe, expect, test } from "vitest";
import {
  type ConsumeOptions,
  consume,
  consumeBatch,
  defineContract,
  event,
  type IdempotencyStore,
  type SqsBatchResponse,
} from "../../../lib/index.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { HOSTILE_VALUES } from "./hostile-values.ts";
import { context, envelope, ids, MemoryStore, record } from "./support.ts";

/** The user's functions, each of which fails for the event "bad" alone. */
const PLACES = [
  "handler",
  "async handler",
  "schema",
  "async schema",
  "upcast",
  "codec",
  "async codec",
  "idempotencyKey",
  "batch item",
] as const;

type Place = (typeof PLACES)[number];

/** A consumer of three events, one of which makes the function in one place fail. */
function consumerWith(place: Place, fail: () => never) {
  const failIf = (at: Place, bad: unknown) => (place === at && bad === true ? fail() : true);
  const fields = v.object({ bad: v.optional(v.boolean()) });
  const isAsync = place === "async schema";
  const contract = defineContract("orders", {
    Placed: event({
      version: 2,
      upcast: {
        1: (old: Record<string, unknown>) => {
          failIf("upcast", old.bad);
          return old;
        },
      },
      schema: isAsync
        ? v.pipeAsync(
            fields,
            v.checkAsync(async (data) => failIf("async schema", data.bad)),
          )
        : v.pipe(
            fields,
            v.check((data) => failIf("schema", data.bad)),
          ),
    }),
  });
  const handled: string[] = [];
  const handle = (id: string) => {
    if (place === "handler" && id === "bad") {
      fail();
    }
    handled.push(id);
  };
  const isCodec = place === "codec" || place === "async codec";
  const placed = (id: string) => ({ event: "Placed" as const, id, data: {} });
  const options: ConsumeOptions<typeof contract> = {
    consumer: "billing",
    backoff: false,
    deadLetterQueues: {},
    logLevel: "silent",
    store: new MemoryStore(),
    ...(place === "codec" ? { codec: (_, { text }) => (text === "bad" ? fail() : placed(text)) } : {}),
    ...(place === "async codec" ? { codec: async (_, { text }) => (text === "bad" ? fail() : placed(text)) } : {}),
    ...(place === "idempotencyKey" ? { idempotencyKey: ({ id }) => (id === "bad" ? fail() : id) } : {}),
  };
  const handler =
    place === "batch item"
      ? consumeBatch(
          contract,
          (items) => {
            for (const item of items) {
              if (item.event.id === "bad") {
                try {
                  fail();
                } catch (error) {
                  item.fail(error);
                }
              } else {
                handled.push(item.event.id);
              }
            }
          },
          options,
        )
      : consume(
          contract,
          {
            Placed: (_, ctx) => {
              handle(ctx.event.id);
              return place === "async handler" && ctx.event.id === "bad" ? Promise.resolve().then(fail) : undefined;
            },
          },
          options,
        );
  const records = ["a", "bad", "b"].map((id) =>
    record(isCodec ? id : envelope(id, id === "bad" ? { bad: true } : {}), { messageId: id }),
  );
  return { handled, invoke: () => handler({ Records: records }, context()) };
}

describe.each(PLACES)("whatever is thrown in the %s", (place) => {
  test.each(HOSTILE_VALUES)("%s fails its own message only", async (_, make) => {
    const { handled, invoke } = consumerWith(place, () => {
      throw make();
    });
    expect(ids(await invoke())).toEqual(["bad"]);
    expect(handled.filter((id) => id !== "bad").sort()).toEqual(["a", "b"]);
  });
});

describe.each(["claim", "complete", "release"] as const)("whatever a user's store throws at its %s", (step) => {
  test.each(HOSTILE_VALUES)("%s has an outcome for every record, and no throw", async (_, make) => {
    const store: IdempotencyStore = Object.assign(new MemoryStore(), {
      [step]: async () => {
        throw make();
      },
    });
    const { invoke } = consumerFor(store, step === "release");
    // What is done stays done: only without a claim, or with a failure, it is redelivered.
    expect(ids(await invoke())).toEqual(step === "complete" ? [] : ["a", "b"]);
  });
});

describe.each(["debug", "info", "warn", "error"] as const)("whatever a user's logger throws at level %s", (level) => {
  test.each(HOSTILE_VALUES)("%s fails nothing", async (_, make) => {
    const fail = () => {
      throw make();
    };
    const logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {}, [level]: fail };
    const { invoke } = consumerFor(new MemoryStore(), false, { logger, logLevel: "debug" });
    expect(ids(await invoke())).toEqual([]);
  });
});

const empty = defineContract("orders", { Placed: event({ schema: v.object({}) }) });

function consumerFor(store: IdempotencyStore, fails: boolean, more: ConsumeOptions<typeof empty> = {}) {
  const options = { consumer: "billing", backoff: false, deadLetterQueues: {}, logLevel: "silent", store } as const;
  const handler = consume(
    empty,
    {
      Placed: (_, ctx) => {
        ctx.logger.debug("debug", {});
        ctx.logger.info("info", {});
        ctx.logger.warn("warn", {});
        ctx.logger.error("error", {});
        if (fails) {
          throw new Error("failed");
        }
      },
    },
    { ...options, ...more },
  );
  const records = ["a", "b"].map((id) => record(envelope(id, {}), { messageId: id }));
  return { invoke: () => handler({ Records: records }, context()) };
}

describe("an async function of the user that never ends", () => {
  const never = new Promise<never>(() => {});

  test.each([
    ["schema", "consume"],
    ["schema", "consumeBatch"],
    ["codec", "consume"],
    ["codec", "consumeBatch"],
  ])("a %s: %s handles the others in time, and has its message redelivered", async (place, entry) => {
    const clock = new FakeClock();
    const contract = defineContract("orders", {
      Placed: event({
        schema: v.pipeAsync(
          v.object({ n: v.number() }),
          v.checkAsync(async ({ n }) => (place === "schema" && n === 13 ? await never : true)),
        ),
      }),
    });
    const handled: number[] = [];
    const lines: unknown[] = [];
    const warn = (_: string, fields: Readonly<Record<string, unknown>>) => void lines.push(fields);
    const options: ConsumeOptions<typeof contract> = {
      consumer: "billing",
      backoff: false,
      deadLetterQueues: {},
      clock,
      logger: { debug: () => {}, info: () => {}, warn, error: () => {} },
      codec: async (_, { text }) =>
        place === "codec" && text === "13"
          ? await never
          : { event: "Placed" as const, data: { n: Number(text) }, id: text },
    };
    const handler =
      entry === "consume"
        ? consume(contract, { Placed: ({ n }) => void handled.push(n) }, options)
        : consumeBatch(contract, (items) => void handled.push(...items.map(({ data }) => data.n)), options);
    // More than are decoded at once: what waits behind it must not wait for its end.
    const records = Array.from({ length: 60 }, (_, n) => record(String(n), { messageId: `m-${n}` }));
    const endsAt = clock.now() + 30_000;
    const invocation = { ...context(), getRemainingTimeInMillis: () => endsAt - clock.now() };
    let response: SqsBatchResponse | undefined;
    handler({ Records: records }, invocation).then((settled) => {
      response = settled;
    });
    await clock.advance(29_000);
    expect(response?.batchItemFailures).toEqual([{ itemIdentifier: "m-13" }]);
    expect(handled).toHaveLength(59);
    expect(lines).toContainEqual(
      expect.objectContaining({
        messageId: "m-13",
        cause: "dependency",
        error: expect.objectContaining({ name: "CallbackTimeout" }),
      }),
    );
  });
});
