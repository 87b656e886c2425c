import { validation } from "../errors.ts";
import type { Path } from "../expressions/index.ts";
import { checkValue, type Value } from "../values/index.ts";
import { malformed, type Token, tokensOf } from "./tokens.ts";

/** Parentheses, lists and maps inside each other. Our own bound. */
const MAX_DEPTH = 100;

/** Reads a statement token by token, and its parameters in order. */
export class StatementReader {
  readonly #statement: string;
  readonly #tokens: readonly Token[];
  readonly #parameters: readonly Value[];
  #at = 0;
  #parametersUsed = 0;
  #depth = 0;

  constructor(statement: string, parameters: readonly Value[]) {
    this.#statement = statement;
    this.#tokens = tokensOf(statement);
    this.#parameters = parameters;
  }

  peek(ahead = 0): Token {
    return (
      this.#tokens[this.#at + ahead] ?? { kind: "end", text: "<EOF>", keyword: "<EOF>", at: this.#statement.length }
    );
  }

  /** Whether a keyword or sign stands next. Keywords may be in small letters. */
  isNext(word: string, ahead = 0): boolean {
    const { kind, keyword } = this.peek(ahead);
    return keyword === word && (kind === "word" || kind === "sign");
  }

  /** Takes these keywords or signs if they stand next. */
  accept(...words: readonly string[]): boolean {
    if (!words.every((word, ahead) => this.isNext(word, ahead))) {
      return false;
    }
    this.#at += words.length;
    return true;
  }

  expect(...words: readonly string[]): void {
    for (const word of words) {
      if (!this.accept(word)) {
        throw this.unexpected(word);
      }
    }
  }

  /** @param expected what could stand here, for the error */
  unexpected(expected: string): Error {
    const { text, at } = this.peek();
    return malformed(this.#statement, at, `unexpected "${text}", expected ${expected}`);
  }

  /** The end of the statement, and of its parameters. @throws AwsError `ValidationException` */
  expectEnd(): void {
    this.accept(";");
    if (this.peek().kind !== "end") {
      throw this.unexpected("the end");
    }
    if (this.#parametersUsed !== this.#parameters.length) {
      throw parameterMismatch();
    }
  }

  nested<R>(read: () => R): R {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) {
      throw malformed(this.#statement, this.peek().at, `nested more than ${MAX_DEPTH} levels deep`);
    }
    const result = read();
    this.#depth -= 1;
    return result;
  }

  /** A name of a table, index or attribute, quoted or not. */
  name(): string {
    const { kind, text } = this.peek();
    if (kind !== "word" && kind !== "name") {
      throw this.unexpected("a name");
    }
    this.#at += 1;
    return text;
  }

  path(): Path {
    const parts: [string, ...(string | number)[]] = [this.name()];
    for (;;) {
      if (this.accept(".")) {
        parts.push(this.name());
      } else if (this.accept("[")) {
        const { kind, text } = this.peek();
        if (kind !== "number" || !/^\d+$/.test(text)) {
          throw this.unexpected("a position in a list");
        }
        this.#at += 1;
        parts.push(Number(text));
        this.expect("]");
      } else {
        return parts;
      }
    }
  }

  /** Whether a value stands next: a parameter, a text, a number, a list, a map, a set or a constant. */
  get isAtValue(): boolean {
    const { kind } = this.peek();
    const signs = ["?", "[", "{", "<<", "-"];
    const words = ["TRUE", "FALSE", "NULL"];
    return kind === "text" || kind === "number" || [...signs, ...words].some((each) => this.isNext(each));
  }

  /** A value, checked as a whole, with the parameters in it. */
  value(): Value {
    return checkValue(this.#value());
  }

  #value(): Value {
    const { kind, text } = this.peek();
    if (kind === "text" || kind === "number") {
      this.#at += 1;
      return kind === "text" ? { S: text } : { N: text };
    }
    if (this.accept("-")) {
      const number = this.peek();
      if (number.kind !== "number") {
        throw this.unexpected("a number");
      }
      this.#at += 1;
      return { N: `-${number.text}` };
    }
    if (this.accept("?")) {
      return this.#parameter();
    }
    if (this.accept("NULL")) {
      return { NULL: true };
    }
    for (const [word, BOOL] of [
      ["TRUE", true],
      ["FALSE", false],
    ] as const) {
      if (this.accept(word)) {
        return { BOOL };
      }
    }
    if (this.accept("[")) {
      return { L: this.nested(() => this.#elements("]")) };
    }
    if (this.accept("<<")) {
      return this.#set(this.nested(() => this.#elements(">>")));
    }
    if (this.accept("{")) {
      return { M: this.nested(() => this.#entries()) };
    }
    throw this.unexpected("a value");
  }

  #parameter(): Value {
    const value = this.#parameters[this.#parametersUsed];
    this.#parametersUsed += 1;
    if (value === undefined) {
      throw parameterMismatch();
    }
    return value;
  }

  #elements(end: string): Value[] {
    const values: Value[] = [];
    if (this.accept(end)) {
      return values;
    }
    do {
      values.push(this.#value());
    } while (this.accept(","));
    this.expect(end);
    return values;
  }

  #set(members: readonly Value[]): Value {
    if (members.every(({ S }) => S !== undefined)) {
      return { SS: members.flatMap(({ S }) => S ?? []) };
    }
    if (members.every(({ N }) => N !== undefined)) {
      return { NS: members.flatMap(({ N }) => N ?? []) };
    }
    if (members.every(({ B }) => B !== undefined)) {
      return { BS: members.flatMap(({ B }) => B ?? []) };
    }
    throw validation("A set has elements of one type: texts, numbers or bytes");
  }

  /** The entries of a map, after its brace. A later entry of the same name is refused. */
  #entries(): Record<string, Value> {
    const entries = new Map<string, Value>();
    while (!this.accept("}")) {
      if (entries.size > 0) {
        this.expect(",");
      }
      const { kind, text } = this.peek();
      if (kind !== "text" && kind !== "name") {
        throw this.unexpected("the name of an attribute in quotes");
      }
      this.#at += 1;
      this.expect(":");
      if (entries.has(text)) {
        throw validation(`The map has two entries with the name ${text}`);
      }
      entries.set(text, this.#value());
    }
    return Object.fromEntries(entries);
  }
}

function parameterMismatch(): Error {
  return validation("Number of parameters in request and statement don't match.");
}
