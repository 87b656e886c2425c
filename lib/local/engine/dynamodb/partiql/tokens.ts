import { Memo } from "../../../../std/index.ts";
import { validation } from "../errors.ts";
import { LIMITS } from "../limits.ts";

/** A part of a statement. `text` of quoted names and texts is without quotes. */
export interface Token {
  readonly kind: "word" | "name" | "text" | "number" | "sign" | "end";
  readonly text: string;
  /** The text in capitals, as keywords are compared. */
  readonly keyword: string;
  readonly at: number;
}

const PATTERNS: readonly (readonly [Exclude<Token["kind"], "end">, RegExp])[] = [
  ["name", /"((?:[^"]|"")*)"/y],
  ["text", /'((?:[^']|'')*)'/y],
  ["number", /\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?/y],
  ["word", /[A-Za-z_][A-Za-z0-9_]*/y],
  ["sign", /<<|>>|<=|>=|<>|!=|\|\||[=<>()[\]{},:.*?+\-;]/y],
];

const SPACE = /(?:\s|--[^\n]*)*/y;

/** Statements whose tokens are kept. An app sends the same few again and again, with other parameters. */
const MOST_KEPT = 100;
const kept = new Memo(MOST_KEPT, tokenize);

/** @throws AwsError `ValidationException` */
export function tokensOf(statement: string): readonly Token[] {
  return kept.of(statement);
}

function tokenize(statement: string): readonly Token[] {
  if (statement.length < 1 || statement.length > LIMITS.statementCharacters) {
    throw validation(
      `A statement has 1 to ${LIMITS.statementCharacters} characters, but this one has ${statement.length}`,
    );
  }
  const tokens: Token[] = [];
  let at = skipSpace(statement, 0);
  while (at < statement.length) {
    const { token, end } = tokenAt(statement, at);
    tokens.push(token);
    at = skipSpace(statement, end);
  }
  return [...tokens, { kind: "end", text: "<EOF>", keyword: "<EOF>", at }];
}

function skipSpace(statement: string, at: number): number {
  SPACE.lastIndex = at;
  return at + (SPACE.exec(statement)?.[0].length ?? 0);
}

function tokenAt(statement: string, at: number): { token: Token; end: number } {
  for (const [kind, pattern] of PATTERNS) {
    pattern.lastIndex = at;
    const match = pattern.exec(statement);
    if (match !== null) {
      const quote = kind === "name" ? '"' : "'";
      const text = match[1] === undefined ? match[0] : match[1].replaceAll(quote + quote, quote);
      return { token: { kind, text, keyword: text.toUpperCase(), at }, end: pattern.lastIndex };
    }
  }
  throw malformed(statement, at, "unexpected character");
}

export function malformed(statement: string, at: number, detail: string): Error {
  const near = statement.slice(Math.max(0, at - 10), at + 20);
  return validation(
    `Statement wasn't well formed, can't be processed: ${detail} at character ${at + 1}, near "${near}"`,
  );
}
