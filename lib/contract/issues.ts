import type { StandardSchemaV1 } from "@standard-schema/spec";
import { wordsOf } from "./words.ts";

/** Maximum number of a schema's issues that an error names. */
const MAX_ISSUES = 5;

/** Maximum depth of a path that is written in full. */
const MAX_SEGMENTS = 12;

/** A list's index as some libraries write it; a longer number may be a key of the payload. */
const INDEX = /^\d{1,4}$/;

/** The form of a code. */
const CODE = /^[A-Za-z][\w.-]{0,63}$/;

/** Where data does not match, as a path, and all that is wrong with it. */
export interface DescribedIssues {
  readonly field: string;
  readonly text: string;
}

/**
 * Says where data does not match a schema, and why, without a word of the data: an issue's message may hold the value, and the keys
 * of records and unknown fields are data too. So of each issue only its code, what the schema expects, and the part of its path
 * that the schema knows are told; `*` stands for the rest.
 */
export function describeIssues(
  event: string,
  schema: object,
  issues: readonly StandardSchemaV1.Issue[],
): DescribedIssues {
  const words = wordsOf(schema);
  const named = issues.slice(0, MAX_ISSUES).map((issue) => `${pathOf(event, issue, words)}: ${reasonOf(issue, words)}`);
  const more = issues.length > MAX_ISSUES ? `, and ${issues.length - MAX_ISSUES} more` : "";
  return { field: pathOf(event, issues[0], words), text: `${named.join("; ")}${more}` };
}

function pathOf(event: string, issue: StandardSchemaV1.Issue | undefined, words: ReadonlySet<string>): string {
  // Array.from, because arktype's paths are a class whose map() does not return an array for an empty path.
  const keys = Array.from(issue?.path ?? [], (part) => (typeof part === "object" ? part.key : part));
  const known = keys.slice(0, MAX_SEGMENTS).map((key) => (isKnown(key, words) ? String(key) : "*"));
  return [event, ...known, ...(keys.length > MAX_SEGMENTS ? ["..."] : [])].join(".");
}

function isKnown(key: PropertyKey, words: ReadonlySet<string>): boolean {
  return typeof key === "number" || (typeof key === "string" && (words.has(key) || INDEX.test(key)));
}

/** The libraries' own fields of an issue: zod and arktype have a `code`, valibot and yup a `type`; most of them `expected`. */
function reasonOf(issue: StandardSchemaV1.Issue, words: ReadonlySet<string>): string {
  const { code, type, expected } = issue as StandardSchemaV1.Issue & Readonly<Record<string, unknown>>;
  const reason = [code, type].find((each) => typeof each === "string" && CODE.test(each)) ?? "invalid";
  return typeof expected === "string" && words.has(expected) ? `${reason}, expected ${expected}` : String(reason);
}
