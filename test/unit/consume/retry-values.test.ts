import { SQSClient } from "@aws-sdk/client-sqs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type ConsumeOptions, type HandlerContext, type Logger, RetryError } from "../../../lib/index.ts";
import { envelope, type Orders, QUEUE_ARN, record, run, silent } from "./support.ts";

interface Entry {
  readonly Id: string;
  readonly ReceiptHandle: string;
  readonly VisibilityTimeout?: number;
}

const CLIENT = { region: "eu-central-1", credentials: { accessKeyId: "a", secretAccessKey: "b" } };

/** An SQS without a network: what it answers to a call, or throws. */
function scripted(answer: (entries: readonly Entry[], command: string) => object) {
  const calls: { readonly command: string; readonly entries: readonly Entry[] }[] = [];
  const sqs = new SQSClient(CLIENT);
  sqs.middlewareStack.add(
    (_next, { commandName = "" }) =>
      async (args) => {
        const entries = "Entries" in args.input ? (args.input.Entries as readonly Entry[]) : [];
        calls.push({ command: commandName, entries });
        return { response: {}, output: { $metadata: {}, ...answer(entries, commandName) } as never };
      },
    { step: "initialize", name: "scripted" },
  );
  return { sqs, calls };
}

const takeAll = (entries: readonly Entry[]) => ({ Successful: entries.map(({ Id }) => ({ Id })) });

/** Values that a handler may compute of a header, and that are no seconds for SQS. */
const REFUSED: readonly unknown[] = [
  Number("Wed, 21 Oct 2026 07:28:00 GMT"),
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  -1,
  43_201,
  1e300,
  "120",
  "soon",
  null,
  new Date(0),
  {},
  [],
  true,
  10n,
];

/** Runs one handler that asks for this, beside nine that ask for 7 s. Returns the seconds of each, and what was warned. */
async function askedFor(ask: (ctx: HandlerContext) => never, options: ConsumeOptions<Orders> = {}) {
  const { sqs, calls } = scripted(takeAll);
  const warned: string[] = [];
  const logger: Logger = { ...silent, warn: (message) => void warned.push(message) };
  const records = Array.from({ length: 10 }, (_, n) => record(envelope(`e-${n}`, { n })));
  const Placed = ({ n }: { n: number }, ctx: HandlerContext) => (n === 3 ? ask(ctx) : ctx.retry({ after: 7 }));
  const failed = await run({ Placed }, records, { clients: { sqs }, logger, ...options });
  const seconds = new Map(
    calls.flatMap(({ entries }) => entries.map((entry) => [entry.ReceiptHandle, entry.VisibilityTimeout])),
  );
  return { failed, warned, seconds: records.map(({ receiptHandle }) => seconds.get(receiptHandle)) };
}

describe("a redelivery after a time that SQS does not take", () => {
  test.each(REFUSED)("RetryError after %o: the usual backoff, a warning, and nobody else pays", async (after) => {
    const ask = () => {
      throw new RetryError("429", { after: after as number });
    };
    const { failed, seconds, warned } = await askedFor(ask, { backoff: { baseSeconds: 1, capSeconds: 2 } });
    expect(failed).toHaveLength(10);
    expect(seconds.filter((_, n) => n !== 3)).toEqual(new Array(9).fill(7));
    expect([0, 1, 2]).toContain(seconds[3]);
    expect(warned.filter((message) => message.includes("usual backoff"))).toEqual([
      expect.stringContaining("the handler of Placed"),
    ]);
  });

  test.each(REFUSED)("ctx.retry after %o: the same", async (after) => {
    const { failed, seconds } = await askedFor((ctx) => ctx.retry({ after: after as number }), {
      backoff: { baseSeconds: 1, capSeconds: 2 },
    });
    expect(failed).toHaveLength(10);
    expect(seconds.filter((_, n) => n !== 3)).toEqual(new Array(9).fill(7));
    expect([0, 1, 2]).toContain(seconds[3]);
  });

  test("without a backoff, the queue's visibility timeout", async () => {
    const ask = () => {
      throw new RetryError("429", { after: Number.NaN });
    };
    expect((await askedFor(ask, { backoff: false })).seconds[3]).toBeUndefined();
  });

  test("RetryError and ctx.retry take the same values, and to the same effect", async () => {
    const value = fc.oneof(fc.double(), fc.double({ min: 0, max: 43_200 }), fc.constantFrom(...REFUSED));
    await fc.assert(
      fc.asyncProperty(value, async (after) => {
        const options = { backoff: false } as const;
        const thrown = await askedFor(() => {
          throw new RetryError("later", { after: after as number });
        }, options);
        const asked = await askedFor((ctx) => ctx.retry({ after: after as number }), options);
        expect(thrown.seconds[3]).toBe(asked.seconds[3]);
        expect([undefined, "number"]).toContain(thrown.seconds[3] === undefined ? undefined : typeof thrown.seconds[3]);
      }),
      { numRuns: 50 },
    );
  });
});

describe("a call that SQS refuses as a whole", () => {
  const refusal = (name: string) =>
    Object.assign(new Error("no"), { name, $fault: "client", $metadata: { httpStatusCode: 400 } });
  const failing = { Placed: (_data: unknown, ctx: HandlerContext) => ctx.retry({ after: 5 }) };
  const records = () => ["a", "b", "c"].map((id) => record(envelope(id)));

  test.each(["InvalidParameterValue", "ReceiptHandleIsInvalid", "MalformedInput"])(
    "for one entry, with %s, is made again entry by entry",
    async (name) => {
      const three = records();
      const { sqs, calls } = scripted((entries) => {
        if (entries.some(({ ReceiptHandle }) => ReceiptHandle === three[1]?.receiptHandle)) {
          throw refusal(name);
        }
        return takeAll(entries);
      });
      await run(failing, three, { clients: { sqs } });
      expect(calls.map(({ entries }) => entries.length)).toEqual([3, 1, 1, 1]);
    },
  );

  test.each(["AccessDenied", "QueueDoesNotExist", "InvalidSecurity", "ExpiredToken"])(
    "with %s, which is about the call, is not",
    async (name) => {
      const { sqs, calls } = scripted(() => {
        throw refusal(name);
      });
      await run(failing, records(), { clients: { sqs } });
      expect(calls).toHaveLength(1);
    },
  );
});

describe("throttling, whatever SQS says of the sender's fault", () => {
  test.each(["RequestThrottled", "KMS.ThrottlingException", "KmsThrottled", "ThrottlingException", "OverLimit"])(
    "%s of a dead letter passes",
    async (Code) => {
      let left = 1;
      const { sqs, calls } = scripted((entries) => {
        left -= 1;
        return left >= 0
          ? { Failed: entries.map(({ Id }) => ({ Id, Code, Message: "slow down", SenderFault: true })) }
          : takeAll(entries);
      });
      const failed = await run(
        { Placed: (_data: unknown, ctx: HandlerContext) => ctx.deadLetter("never") },
        [record(envelope("a"))],
        { clients: { sqs }, deadLetterQueues: { [QUEUE_ARN]: { url: "https://sqs/dlq" } } },
      );
      expect(calls.map(({ command }) => command)).toEqual(["SendMessageBatchCommand", "SendMessageBatchCommand"]);
      expect(failed).toEqual([]);
    },
  );
});
