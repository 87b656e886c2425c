import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Answer } from "../../differential/answer.ts";
import { KNOWN_DIFFERENCES, knownDifference, type Sighting } from "../../differential/known-differences/index.ts";
import type { Operation } from "../../differential/sequence.ts";

const PAGE = readFileSync("docs/evidence/differential.md", "utf8");

/** Rows of the page that begin with an id. */
const ROWS = PAGE.split("\n").filter((line) => /^\| `(?:sqs|sns|s3)-/.test(line));

describe("the table", () => {
  test("has each id once", () => {
    const ids = KNOWN_DIFFERENCES.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) {
      expect(id).toMatch(/^(?:sqs|sns|s3)(?:-[a-z0-9]+)+$/);
    }
  });

  test.each(KNOWN_DIFFERENCES)("$id names a page of AWS", ({ source }) => {
    expect(source).toMatch(/^https:\/\/(?:docs\.aws\.amazon\.com|repost\.aws)\/[\w/.-]+$/);
  });

  test.each(KNOWN_DIFFERENCES)("$id is in docs/evidence/differential.md, with its judgement and page", (known) => {
    const row = ROWS.filter((line) => line.startsWith(`| \`${known.id}\` |`));
    expect(row).toHaveLength(1);
    expect(row[0]).toBe(`| \`${known.id}\` | ${known.what} | ${known.right} | <${known.source}> |`);
  });

  test("holds all that docs/evidence/differential.md lists", () => {
    expect(ROWS).toHaveLength(KNOWN_DIFFERENCES.length);
  });
});

const send: Operation = { kind: "sqs.send", queue: "work", draft: { body: "b" } };
const publish: Operation = { kind: "sns.publish", topic: "topic", publication: { message: "m" } };
const get: Operation = { kind: "s3.get", bucket: "bucket", key: "a", range: "", condition: "none" };
const receive: Operation = { kind: "sqs.receive", queue: "work", maximum: 1, visibility: 0, names: [] };
const batch: Operation = {
  kind: "sqs.sendBatch",
  queue: "work",
  drafts: [{ body: "a" }, { body: "b" }],
  ids: "distinct",
};

const fine: Answer = { ok: {} };

function sighting(step: Operation, more: Partial<Sighting> = {}): Sighting {
  return { step, ours: fine, theirs: fine, path: ".error", index: 0, earlier: [], ...more };
}

describe("what is not known", () => {
  test.each<[string, Sighting]>([
    ["a right message that only Fanfare refuses", sighting(send, { ours: { error: "InvalidParameterValue" } })],
    ["a right message that only LocalStack refuses", sighting(send, { theirs: { error: "InvalidParameterValue" } })],
    ["another MD5 sum", sighting(send, { path: ".ok.MD5OfMessageBody" })],
    ["a duplicate with another id", sighting(send, { path: ".ok.MessageId" })],
    ["a message that came too often", sighting(send, { path: ".ok[]", index: 1 })],
    ["a notification that is lost", sighting(publish, { path: ".ok[]", index: 1 })],
    ["a right publication that is refused", sighting(publish, { ours: { error: "InvalidParameterException" } })],
    ["a topic that one side has lost", sighting(publish, { ours: { error: "NotFoundException" } })],
    ["another body", sighting(get, { path: ".ok.Body" })],
    ["a checksum without a range", sighting(get, { path: ".ok.ChecksumCRC32" })],
    ["another order", sighting(receive, { path: ".ok[].Body" })],
    ["a message too many", sighting(receive, { path: ".ok.length", theirs: { ok: [{}] }, ours: { ok: [] } })],
    ["another receive count", sighting(receive, { path: ".ok[].Attributes.ApproximateReceiveCount" })],
    ["another sender without a topic", sighting(receive, { path: ".ok[].Attributes.SenderId" })],
    [
      "an entry that only Fanfare refuses",
      sighting(batch, { path: ".ok.e1.failed", ours: { ok: { e1: { failed: { Code: "InvalidParameterValue" } } } } }),
    ],
  ])("%s", (_, given) => {
    expect(knownDifference(given)).toBeUndefined();
  });

  test("a fault of another entry of the batch", () => {
    const step: Operation = { ...batch, drafts: [{ body: "a", delay: 901, fault: "delay-range" }, { body: "b" }] };
    const failed = (id: string): Answer => ({ ok: { [id]: { failed: { Code: "InvalidParameterValue" } } } });
    expect(knownDifference(sighting(step, { path: ".ok.e0.failed", ours: failed("e0") }))?.id).toBe("sqs-delay-range");
    expect(knownDifference(sighting(step, { path: ".ok.e1.failed", ours: failed("e1") }))).toBeUndefined();
  });

  test("a fault that LocalStack refuses and Fanfare takes", () => {
    const step: Operation = { ...send, draft: { body: "b", delay: 901, fault: "delay-range" } };
    expect(knownDifference(sighting(step, { ours: { error: "InvalidParameterValue" } }))?.id).toBe("sqs-delay-range");
    expect(knownDifference(sighting(step, { theirs: { error: "InvalidParameterValue" } }))).toBeUndefined();
  });

  test("a refusal of a receipt handle for another reason than its age", () => {
    const step: Operation = { kind: "sqs.visibilityBatch", queue: "work.fifo", picks: [1], timeout: 0 };
    const known = (code: string) => {
      const ours: Answer = { ok: { e0: { failed: { Code: code, SenderFault: true } } } };
      return knownDifference(
        sighting(step, { path: ".ok.e0.failed", ours, theirs: { ok: { e0: { succeeded: {} } } } }),
      );
    };
    expect(known("AWS.SimpleQueueService.MessageNotInflight")?.id).toBe("sqs-visibility-old-handle");
    expect(known("ReceiptHandleIsInvalid")).toBeUndefined();
  });

  test("a filter policy that both read alike", () => {
    const subscribe = (FilterPolicy: string): Operation => ({
      kind: "sns.subscribe",
      topic: "topic",
      queue: "q1",
      attributes: { FilterPolicy },
    });
    const number: Operation = {
      ...publish,
      publication: { message: "m", attributes: { total: { DataType: "Number", StringValue: "1e2" } } },
    };
    const effect = { path: ".ok[]", index: 1, ours: { ok: [1, 0] }, theirs: { ok: [0, 0] } };
    const known = (policy: string) =>
      knownDifference(sighting(number, { ...effect, earlier: [subscribe(policy)] }))?.id;
    expect(known('{"total":[100]}')).toBe("sns-filter-number");
    expect(known('{"total":[{"numeric":["=",100]}]}')).toBeUndefined();
    expect(known('{"region":["eu"]}')).toBeUndefined();
    const lost = { ...effect, ours: effect.theirs, theirs: effect.ours, earlier: [subscribe('{"total":[100]}')] };
    expect(knownDifference(sighting(number, lost))).toBeUndefined();
  });
});
