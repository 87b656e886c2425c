import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { archiveTarget, fileTarget } from "../../../lib/cli/ops/file-target.ts";

const wrong = [
  "s3:/letters/billing",
  "s3:letters",
  "S3://letters/billing",
  "https://letters.example/x",
  "file:///tmp/x",
];

describe("where an archive is", () => {
  test.each(["s3://letters/billing", "s3://letters/billing/2026/"])("is in S3: %s", (text) => {
    expect(archiveTarget(text, "/work")).toBe(text);
  });

  test.each(["a.ndjson", "./a.ndjson", "../a/b.ndjson", "/tmp/a.ndjson", "C:\\letters\\a.ndjson", "s3"])(
    "is a file: %s",
    (text) => {
      expect(archiveTarget(text, "/work")).toBe(resolve("/work", text));
      expect(fileTarget(text, "/work")).toBe(resolve("/work", text));
    },
  );

  test.each([...wrong, "s3://letters", "s3://letters/", "s3:///billing"])("is refused, with the form: %s", (text) => {
    expect(() => archiveTarget(text, "/work")).toThrow(
      expect.objectContaining({
        exitCode: 2,
        message: `${text} is not a file, or a bucket and a prefix: s3://bucket/prefix`,
      }),
    );
  });
});

test.each([...wrong, "s3://letters/billing"])("an export is a file, and not %s", (text) => {
  expect(() => fileTarget(text, "/work")).toThrow(
    expect.objectContaining({ exitCode: 2, message: `${text} is not a file` }),
  );
});
