import { readFileSync } from "node:fs";
import * as dynamodb from "@aws-sdk/client-dynamodb";
import * as streams from "@aws-sdk/client-dynamodb-streams";
import * as s3 from "@aws-sdk/client-s3";
import * as sns from "@aws-sdk/client-sns";
import * as sqs from "@aws-sdk/client-sqs";
import { describe, expect, test } from "vitest";
import { DYNAMODB_OPERATIONS } from "../../../lib/local/engine/dynamodb/index.ts";
import { S3_OPERATIONS } from "../../../lib/local/engine/s3/index.ts";
import { SNS_OPERATIONS } from "../../../lib/local/engine/sns/index.ts";
import { SQS_OPERATIONS } from "../../../lib/local/engine/sqs/index.ts";

const PAGE = readFileSync(new URL("../../../docs/local.md", import.meta.url), "utf8");

describe.each([
  ["SQS", SQS_OPERATIONS, sqs],
  ["SNS", SNS_OPERATIONS, sns],
  ["S3", S3_OPERATIONS, s3],
  ["DynamoDB and DynamoDB Streams", DYNAMODB_OPERATIONS, { ...dynamodb, ...streams }],
])("docs/local.md says of %s", (service, operations: readonly string[], sdk: object) => {
  test("which operations are there, and which not", () => {
    const all = Object.keys(sdk)
      .filter((name) => /^[A-Z].*[a-z\d]Command$/.test(name))
      .map((name) => name.slice(0, -"Command".length))
      .sort();
    const missing = all.filter((name) => !operations.includes(name));
    const line = (name: string, items: readonly string[]) => `**${name}**: ${items.join(", ") || "none"}.`;
    const words = PAGE.replace(/\s+/g, " ");
    expect(words).toContain(line(`${service}, there`, operations));
    expect(words).toContain(line(`${service}, not there`, missing));
  });
});
