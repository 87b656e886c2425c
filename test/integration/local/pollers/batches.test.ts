import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import type { MappingEvent } from "../../../../lib/local/pollers/index.ts";
import { getAtt, mapping, nodeFunction, type Properties, queue, writeAssembly } from "../runtime/assembly.ts";
import { type Harness, start, until } from "../runtime/harness.ts";

let harness: Harness | undefined;

afterEach(async () => {
  await harness?.close();
  harness = undefined;
});

interface Setup {
  readonly source: string;
  readonly work?: Properties;
  readonly mapped?: Properties;
  readonly declared?: Properties;
}

function stack({ source, work = {}, mapped = {}, declared = {} }: Setup) {
  return {
    Foreign: {
      bundles: { code: source },
      resources: {
        Dead: queue(),
        Work: queue({
          VisibilityTimeout: 1,
          RedrivePolicy: { deadLetterTargetArn: getAtt("Dead"), maxReceiveCount: 1 },
          ...work,
        }),
        Function: nodeFunction("code", declared),
        Mapping: mapping("Work", "Function", mapped),
      },
    },
  };
}

const batches = (): Extract<MappingEvent, { type: "batch" }>[] =>
  (harness?.events ?? []).filter((event) => event.type === "batch");

test.each([
  ["throws", "throw new RangeError('broken')", "RangeError: broken"],
  ["times out", "await new Promise(() => {})", "Task timed out after 1.00 seconds"],
  ["crashes", "process.exit(9)", "Runtime exited with error: exit status 9"],
  [
    "answers a bad key",
    "return { batchItemFailures: [{ messageId: 'x' }] }",
    "batchItemFailures[0] has no itemIdentifier",
  ],
  [
    "names a message of another batch",
    "return { batchItemFailures: [{ itemIdentifier: 'x' }] }",
    "is not in the batch",
  ],
])("a function that %s fails the whole batch: its messages end in the DLQ", async (_name, code, error) => {
  harness = await start(stack({ source: `export const handler = async () => { ${code}; };` }));
  await Promise.all([harness.send("Work", "one"), harness.send("Work", "two")]);
  await until(async () => (await harness?.depth("Dead")) === 2, "both messages in the DLQ");
  await until(() => harness?.runtime.stats[0]?.failed === 2, "the end of both invocations");
  expect((await harness.peek("Dead")).sort()).toEqual(["one", "two"]);
  expect(batches()[0]).toMatchObject({ error: expect.stringContaining(error), failed: batches()[0]?.messages });
  expect(harness.runtime.stats[0]).toMatchObject({ succeeded: 0, failed: 2, inFlight: 0 });
});

test("without ReportBatchItemFailures the answer does not matter", async () => {
  harness = await start(
    stack({
      source:
        "export const handler = async ({ Records }) => ({ batchItemFailures: [{ itemIdentifier: Records[0].messageId }] });",
      mapped: { FunctionResponseTypes: [] },
      work: { VisibilityTimeout: 20 },
    }),
  );
  await harness.send("Work", "one");
  await harness.runtime.whenQuiet();
  expect(harness.runtime.stats[0]).toMatchObject({ succeeded: 1, failed: 0 });
  expect(await harness.depth("Dead")).toBe(0);
});

test("a window gathers more than ten messages into one batch", async () => {
  harness = await start(
    stack({
      source: "export const handler = async ({ Records }) => { console.log(JSON.stringify(Records.length)); };",
      mapped: { BatchSize: 25, MaximumBatchingWindowInSeconds: 1, Enabled: false },
      work: { VisibilityTimeout: 20 },
    }),
  );
  await Promise.all(Array.from({ length: 30 }, (_, index) => harness?.send("Work", `m${index}`)));
  const enabled = stack({
    source: "export const handler = async ({ Records }) => { console.log(JSON.stringify(Records.length)); };",
    mapped: { BatchSize: 25, MaximumBatchingWindowInSeconds: 1 },
    work: { VisibilityTimeout: 20 },
  });
  await harness.runtime.reload(writeAssembly(enabled, harness.directory));
  await harness.runtime.whenQuiet();
  expect(batches().map(({ messages }) => messages)).toEqual([25, 5]);
});

test("a batch over 6 MB is split, and nothing is lost", async () => {
  const source =
    "export const handler = async ({ Records }) => { console.log(JSON.stringify(Records.map((r) => r.body.slice(0, 2)))); };";
  const setup = (enabled: boolean) =>
    stack({
      source,
      mapped: { Enabled: enabled },
      work: { VisibilityTimeout: 20 },
      declared: { MemorySize: 512, Timeout: 10 },
    });
  harness = await start(setup(false));
  for (let index = 0; index < 8; index++) {
    await harness.send("Work", `m${index}${"x".repeat(1_000_000)}`);
  }
  await harness.runtime.reload(writeAssembly(setup(true), harness.directory));
  await harness.runtime.whenQuiet();
  await until(() => (harness?.seen() ?? []).flat().length === 8, "eight bodies");
  expect(harness.seen().flat().sort()).toEqual(["m0", "m1", "m2", "m3", "m4", "m5", "m6", "m7"]);
  expect(Math.max(...batches().map(({ messages }) => messages))).toBe(6);
});

test("never more batches at a time than the maximum concurrency", async () => {
  harness = await start(
    stack({
      source: `export const handler = async ({ Records }) => {
        const from = Date.now(); await new Promise((done) => setTimeout(done, 150)); console.log(JSON.stringify([from, Date.now()])); };`,
      mapped: { BatchSize: 1, ScalingConfig: { MaximumConcurrency: 2 } },
      work: { VisibilityTimeout: 20 },
    }),
  );
  await Promise.all(Array.from({ length: 6 }, (_, index) => harness?.send("Work", `m${index}`)));
  await harness.runtime.whenQuiet();
  await until(() => harness?.seen().length === 6, "six lines");
  const spans = harness.seen().map((line) => line as [number, number]);
  const overlaps = spans.map(([from]) => spans.filter(([start, end]) => start <= from && from < end).length);
  expect(Math.max(...overlaps)).toBe(2);
});

test("messages of one FIFO group are never handled at the same time, groups are", async () => {
  // a1 and b1 wait for each other: only handlers that run at the same time get through.
  const source = `import { existsSync, writeFileSync } from "node:fs";
    const pause = (ms) => new Promise((done) => setTimeout(done, ms));
    export const handler = async ({ Records: [{ body }] }) => {
      const from = Date.now();
      writeFileSync(process.env.MEETING + body, "");
      const other = { a1: "b1", b1: "a1" }[body];
      while (other !== undefined && !existsSync(process.env.MEETING + other)) await pause(10);
      await pause(50);
      console.log(JSON.stringify({ body, from, to: Date.now() }));
    };`;
  const meeting = mkdtempSync(join(tmpdir(), "fanfare-meeting-"));
  harness = await start(
    stack({
      source,
      mapped: { BatchSize: 1 },
      work: { VisibilityTimeout: 20, FifoQueue: true, RedrivePolicy: { Ref: "AWS::NoValue" } },
      declared: { Timeout: 15, Environment: { Variables: { MEETING: `${meeting}/` } } },
    }),
  );
  for (const body of ["a1", "b1", "a2", "b2"]) {
    await harness.send("Work", body, { group: body.charAt(0) });
  }
  await harness.runtime.whenQuiet();
  await until(() => harness?.seen().length === 4, "four lines");
  rmSync(meeting, { recursive: true });
  expect(harness.runtime.stats[0]).toMatchObject({ succeeded: 4, failed: 0 });
  const seen = harness.seen().map((line) => line as { body: string; from: number; to: number });
  for (const group of ["a", "b"]) {
    const [first, second] = seen
      .filter(({ body }) => body.startsWith(group))
      .sort((left, right) => left.from - right.from);
    expect([first?.body, second?.body]).toEqual([`${group}1`, `${group}2`]);
    expect(second?.from).toBeGreaterThanOrEqual(first?.to ?? Number.POSITIVE_INFINITY);
  }
});

test("a stop finishes the batch in hand and gives back what waits in a window", async () => {
  const source =
    "export const handler = async () => { console.log('\"start\"'); await new Promise((done) => setTimeout(done, 400)); };";
  const kept = { VisibilityTimeout: 30, RedrivePolicy: { Ref: "AWS::NoValue" } };
  harness = await start(
    stack({
      source,
      mapped: { BatchSize: 1, ScalingConfig: { MaximumConcurrency: 2 } },
      work: kept,
    }),
  );
  await harness.send("Work", "in hand");
  await until(() => harness?.seen().length === 1, "the start");
  const stopped = stack({
    source,
    mapped: { BatchSize: 100, MaximumBatchingWindowInSeconds: 20 },
    work: kept,
  });
  await harness.runtime.reload(writeAssembly(stopped, harness.directory));
  expect(batches()).toMatchObject([{ messages: 1, failed: 0 }]);
  expect(await harness.depth("Work")).toBe(0);

  await harness.send("Work", "waits");
  await until(() => harness?.runtime.stats[0]?.inFlight === 1, "the message in the window");
  const disabled = stack({ source, mapped: { Enabled: false }, work: kept });
  await harness.runtime.reload(writeAssembly(disabled, harness.directory));
  expect(await harness.peek("Work")).toEqual(["waits"]);
  expect(batches()).toHaveLength(1);
});
