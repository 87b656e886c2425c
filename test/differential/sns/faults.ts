import type { MessageAttributeValue } from "@aws-sdk/client-sns";
import type { Faults } from "../faults.ts";
import type { Publication } from "./operation.ts";

const text = (value: string): MessageAttributeValue => ({ DataType: "String", StringValue: value });

/** What makes a message wrong for every topic. */
const COMMON: Faults<Publication> = {
  "message-empty": { message: "" },
  "subject-empty": { subject: "" },
  "subject-lines": { subject: "two\nlines" },
  "subject-long": { subject: "s".repeat(101) },
  "structure-unknown": { structure: "xml" },
  "structure-json": { structure: "json", message: "no JSON" },
  "structure-no-default": { structure: "json", message: '{"sqs":"x"}' },
  "attribute-empty": { attributes: { region: text("") } },
  "attribute-number": { attributes: { total: { DataType: "Number", StringValue: "many" } } },
  "attribute-array": { attributes: { regions: { DataType: "String.Array", StringValue: "[1," } } },
  "attribute-type": { attributes: { kind: { DataType: "Text", StringValue: "x" } } },
  "attribute-reserved": { attributes: { "AWS.kind": text("x") } },
  "attribute-dots": { attributes: { "two..dots": text("x") } },
  "group-space": { group: "with space" },
};

/** What makes a message wrong for a standard topic. */
export const STANDARD_FAULTS: Faults<Publication> = {
  ...COMMON,
  "deduplication-standard": { deduplication: "d1" },
};

/** What makes a message wrong for a FIFO topic. */
export const FIFO_FAULTS: Faults<Publication> = {
  ...COMMON,
  "group-missing": { group: undefined },
  "deduplication-space": { deduplication: "with space" },
};

/** Filter policies that no subscription takes. */
export const BAD_POLICIES: readonly string[] = [
  "{",
  "[]",
  '{"region":"eu"}',
  '{"region":[{"between":[1,2]}]}',
  '{"region":[{"numeric":[">"]}]}',
  '{"region":[{"numeric":["=","x"]}]}',
  '{"region":[{"prefix":1}]}',
  '{"region":[["eu"]]}',
  '{"region":[]}',
  '{"a":["1"],"b":["1"],"c":["1"],"d":["1"],"e":["1"],"f":["1"]}',
  '{"nested":{"region":["eu"]}}',
];
