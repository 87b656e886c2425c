import { validation } from "../errors.ts";
import { LIMITS } from "../limits.ts";
import type { Value } from "../values/index.ts";
import type { Operand, Path } from "./ast.ts";
import type { Placeholders } from "./placeholders.ts";
import { isReservedWord } from "./reserved-words.ts";
import { type Token, tokenize } from "./tokens.ts";

/** Parentheses and functions inside each other. Our own bound; AWS bounds the operators. */
const MAX_DEPTH = 100;

/** Reads an expression token by token: what all kinds of expressions have in common. */
export class ExpressionReader {
  /** For example `ConditionExpression`: errors name it. */
  readonly kind: string;
  readonly #text: string;
  readonly #tokens: readonly Token[];
  readonly #placeholders: Placeholders;
  #at = 0;
  #depth = 0;
  #operators = 0;

  constructor(kind: string, text: string, placeholders: Placeholders) {
    this.kind = kind;
    this.#text = text;
    this.#placeholders = placeholders;
    if (text.trim() === "") {
      throw this.invalid("The expression can not be empty;");
    }
    if (Buffer.byteLength(text) > LIMITS.expressionBytes) {
      throw this.invalid(
        `Expression size has exceeded the maximum allowed size; expression size: ${Buffer.byteLength(text)}`,
      );
    }
    const { tokens, unreadable } = tokenize(text);
    this.#tokens = tokens;
    if (unreadable !== undefined) {
      throw this.#syntaxError(unreadable);
    }
  }

  invalid(message: string): Error {
    return validation(`Invalid ${this.kind}: ${message}`);
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#tokens.length;
  }

  /** The next token, in capitals, without taking it. */
  peek(ahead = 0): string {
    return this.#tokens[this.#at + ahead]?.text.toUpperCase() ?? "";
  }

  /** The next token as it is written, without taking it. */
  peekExact(): string {
    return this.#tokens[this.#at]?.text ?? "";
  }

  /** Takes the next token if it is this word or sign; keywords may be in small letters. */
  accept(word: string): boolean {
    if (this.peek() !== word) {
      return false;
    }
    this.#at += 1;
    return true;
  }

  expect(word: string): void {
    if (!this.accept(word)) {
      throw this.unexpected();
    }
  }

  expectEnd(): void {
    if (!this.isAtEnd) {
      throw this.unexpected();
    }
  }

  /** Takes a function's name, which is written exactly, if it stands next with a parenthesis after it. */
  acceptFunction(): string | undefined {
    const name = this.peekExact();
    if (!/^[A-Za-z_]/.test(name) || this.peek(1) !== "(") {
      return undefined;
    }
    this.#at += 2;
    this.countOperator();
    return name;
  }

  /** The error of a token that cannot stand where it stands. */
  unexpected(): Error {
    return this.#syntaxError(this.#tokens[this.#at]);
  }

  #syntaxError(token: Token | undefined): Error {
    const at = token?.at ?? this.#text.length;
    const shown = token === undefined ? "<EOF>" : token.text;
    return this.invalid(
      `Syntax error; token: "${shown}", near: "${this.#text.slice(Math.max(0, at - 8), at + 16).trim()}"`,
    );
  }

  countOperator(): void {
    this.#operators += 1;
    if (this.#operators > LIMITS.expressionOperators) {
      throw this.invalid(
        `The expression contains too many operators; operator count: ${this.#operators}, maximum: ${LIMITS.expressionOperators}`,
      );
    }
  }

  /** Reads something that may contain itself, up to a depth. */
  nested<R>(read: () => R): R {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) {
      throw this.invalid(`The expression is nested too deeply: at most ${MAX_DEPTH} levels`);
    }
    const result = read();
    this.#depth -= 1;
    return result;
  }

  operand(): Operand {
    return this.peek().startsWith(":") ? { kind: "value", value: this.value() } : { kind: "path", path: this.path() };
  }

  value(): Value {
    const token = this.peekExact();
    if (!token.startsWith(":")) {
      throw this.unexpected();
    }
    this.#at += 1;
    const value = this.#placeholders.value(token);
    if (value === undefined) {
      throw this.invalid(`An expression attribute value used in expression is not defined; attribute value: ${token}`);
    }
    return value;
  }

  path(): Path {
    const parts: [string, ...(string | number)[]] = [this.#name()];
    for (;;) {
      if (this.accept(".")) {
        parts.push(this.#name());
      } else if (this.accept("[")) {
        parts.push(this.#index());
        this.expect("]");
      } else {
        return parts;
      }
    }
  }

  #name(): string {
    const token = this.peekExact();
    if (!/^[#A-Za-z_]/.test(token)) {
      throw this.unexpected();
    }
    this.#at += 1;
    if (!token.startsWith("#")) {
      if (isReservedWord(token)) {
        throw this.invalid(`Attribute name is a reserved keyword; reserved keyword: ${token}`);
      }
      return token;
    }
    const name = this.#placeholders.name(token);
    if (name === undefined) {
      throw this.invalid(
        `An expression attribute name used in the document path is not defined; attribute name: ${token}`,
      );
    }
    return name;
  }

  #index(): number {
    const token = this.peekExact();
    const index = Number(token);
    if (!/^\d+$/.test(token) || !Number.isSafeInteger(index)) {
      throw this.unexpected();
    }
    this.#at += 1;
    return index;
  }
}
