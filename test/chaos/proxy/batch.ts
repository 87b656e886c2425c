import { randomUUID } from "node:crypto";
import type { Answer, Call } from "./call.ts";

/** A call with several entries, of which some can be kept away from the service. */
export interface Batch {
  readonly size: number;
  /** The request's body without some entries; undefined when none is left to send. */
  without(entries: ReadonlySet<number>): Buffer | undefined;
  /** What the client gets: the service's answer, and for the entries that it never saw that they were throttled. */
  answer(entries: ReadonlySet<number>, answer: Answer | undefined): Answer;
}

const SQS_BATCHES = new Set(["SendMessageBatch", "DeleteMessageBatch", "ChangeMessageVisibilityBatch"]);
const REASON = "Rate exceeded";

/** Reads a call as a batch; undefined for other calls. */
export function readBatch(call: Call): Batch | undefined {
  const { service, operation } = call;
  if (service === "sqs" && SQS_BATCHES.has(operation)) {
    return sqsBatch(call);
  }
  if (service === "sns" && operation === "PublishBatch") {
    return snsBatch(call);
  }
  return service === "dynamodb" && operation === "BatchExecuteStatement" ? statements(call) : undefined;
}

/** SQS: entries with ids; the answer lists ids under `Successful` and `Failed`. */
function sqsBatch({ body }: Call): Batch {
  const input = objectOf(body);
  const all = arrayOf(input.Entries);
  return {
    size: all.length,
    without: (entries) => jsonWith(input, "Entries", without(all, entries)),
    answer: (entries, answer) => {
      const output = answer === undefined ? {} : objectOf(answer.body);
      const Failed = [
        ...arrayOf(output.Failed),
        ...all
          .filter((_entry, index) => entries.has(index))
          .map((entry) => ({ Id: idOf(entry), Code: "RequestThrottled", Message: REASON, SenderFault: false })),
      ];
      return json(answer, { Successful: [], ...output, Failed }, "application/x-amz-json-1.0");
    },
  };
}

const MEMBER = /^PublishBatchRequestEntries\.member\.(\d+)\.(.*)$/;

/** SNS: a form with numbered members; the answer is XML. */
function snsBatch({ body }: Call): Batch {
  const form = [...new URLSearchParams(body.toString("utf8"))];
  const numbers = [...new Set(form.flatMap(([name]) => MEMBER.exec(name)?.[1] ?? []))];
  const idOfMember = (number: string): string =>
    form.find(([name]) => name === `PublishBatchRequestEntries.member.${number}.Id`)?.[1] ?? "";
  return {
    size: numbers.length,
    without: (entries) => {
      const left = without(numbers, entries);
      const kept = form.flatMap(([name, value]): [string, string][] => {
        const [, number, rest] = MEMBER.exec(name) ?? [];
        if (number === undefined) {
          return [[name, value]];
        }
        const at = left.indexOf(number);
        return at < 0 ? [] : [[`PublishBatchRequestEntries.member.${at + 1}.${rest}`, value]];
      });
      return left.length === 0 ? undefined : Buffer.from(new URLSearchParams(kept).toString());
    },
    answer: (entries, answer) => {
      const failed = numbers
        .filter((_number, index) => entries.has(index))
        .map(
          (number) =>
            `<member><Id>${idOfMember(number)}</Id><Code>Throttled</Code><Message>${REASON}</Message>` +
            "<SenderFault>false</SenderFault></member>",
        )
        .join("");
      const text = answer?.body.toString("utf8") ?? emptyPublishBatch();
      return {
        status: 200,
        headers: { "content-type": "text/xml" },
        body: Buffer.from(text.replace("</Failed>", `${failed}</Failed>`)),
      };
    },
  };
}

function emptyPublishBatch(): string {
  return (
    '<PublishBatchResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishBatchResult><Successful></Successful>' +
    `<Failed></Failed></PublishBatchResult><ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata>` +
    "</PublishBatchResponse>"
  );
}

/** DynamoDB: statements by position; the answer has a response at each position. */
function statements({ body }: Call): Batch {
  const input = objectOf(body);
  const all = arrayOf(input.Statements);
  return {
    size: all.length,
    without: (entries) => jsonWith(input, "Statements", without(all, entries)),
    answer: (entries, answer) => {
      const given = answer === undefined ? [] : [...arrayOf(objectOf(answer.body).Responses)];
      const Responses = all.map((_statement, index) =>
        entries.has(index)
          ? { Error: { Code: "ProvisionedThroughputExceeded", Message: REASON } }
          : (given.shift() ?? { Error: { Code: "InternalServerError", Message: "no answer" } }),
      );
      return json(answer, { Responses }, "application/x-amz-json-1.0");
    },
  };
}

function without<Item>(all: readonly Item[], entries: ReadonlySet<number>): Item[] {
  return all.filter((_item, index) => !entries.has(index));
}

function jsonWith(input: Record<string, unknown>, name: string, left: readonly unknown[]): Buffer | undefined {
  return left.length === 0 ? undefined : Buffer.from(JSON.stringify({ ...input, [name]: left }));
}

/** Headers about the bytes of the original answer, such as its checksum, do not fit the new one. */
function json(answer: Answer | undefined, value: object, contentType: string): Answer {
  const requestId = answer?.headers["x-amzn-requestid"] ?? randomUUID();
  return {
    status: 200,
    headers: { "content-type": contentType, "x-amzn-requestid": requestId },
    body: Buffer.from(JSON.stringify(value)),
  };
}

export function objectOf(body: Buffer): Record<string, unknown> {
  const value: unknown = JSON.parse(body.toString("utf8"));
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
}

export function arrayOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function idOf(entry: unknown): string {
  return typeof entry === "object" && entry !== null && "Id" in entry ? String(entry.Id) : "";
}
