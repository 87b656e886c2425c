import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { validation } from "./errors.ts";
import { compareValues, type Item, sameValue } from "./item.ts";

/** Names and values that an expression refers to. */
export interface Placeholders {
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>> | undefined;
  readonly ExpressionAttributeValues?: Readonly<Record<string, AttributeValue>> | undefined;
}

const TOKENS = /\s*(<>|<=|>=|[=<>(),+-]|[#:]?[A-Za-z_][A-Za-z0-9_]*)/y;

/**
 * Condition and update expressions on top-level attributes: comparisons, `attribute_exists`, `attribute_not_exists`,
 * `begins_with`, `AND`, `OR`, `NOT` and parentheses; `SET` (with `+`, `-` and `if_not_exists`), `ADD` of numbers and `REMOVE`.
 * Everything else that DynamoDB supports is refused with a ValidationException that says so, so that no test passes by accident.
 */
export class Expression {
  readonly #tokens: readonly string[];
  readonly #text: string;
  readonly #placeholders: Placeholders;
  readonly #item: Item;
  #at = 0;

  constructor(text: string, placeholders: Placeholders, item: Item | undefined) {
    this.#text = text;
    this.#placeholders = placeholders;
    this.#item = item ?? {};
    this.#tokens = tokenize(text);
  }

  /** Whether the condition holds. */
  condition(): boolean {
    const holds = this.#or();
    if (this.#at < this.#tokens.length) {
      throw this.#unknown();
    }
    return holds;
  }

  /** The item after the update. */
  update(): Item {
    const next: Record<string, AttributeValue> = { ...this.#item };
    while (this.#at < this.#tokens.length) {
      const clause = this.#take().toUpperCase();
      do {
        const name = this.#name();
        if (clause === "SET") {
          this.#expect("=");
          next[name] = this.#sum();
        } else if (clause === "ADD") {
          const amount = Number(this.#value().N);
          next[name] = { N: String(Number(this.#item[name]?.N ?? 0) + amount) };
        } else if (clause === "REMOVE") {
          delete next[name];
        } else {
          throw this.#unknown();
        }
      } while (this.#accept(","));
    }
    return next;
  }

  #or(): boolean {
    let holds = this.#and();
    while (this.#accept("OR")) {
      holds = this.#and() || holds;
    }
    return holds;
  }

  #and(): boolean {
    let holds = this.#not();
    while (this.#accept("AND")) {
      holds = this.#not() && holds;
    }
    return holds;
  }

  #not(): boolean {
    if (this.#accept("NOT")) {
      return !this.#not();
    }
    if (this.#accept("(")) {
      const holds = this.#or();
      this.#expect(")");
      return holds;
    }
    for (const call of ["attribute_exists", "attribute_not_exists", "begins_with"] as const) {
      if (this.#accept(call)) {
        return this.#function(call);
      }
    }
    return this.#comparison();
  }

  #function(name: "attribute_exists" | "attribute_not_exists" | "begins_with"): boolean {
    this.#expect("(");
    const attribute = this.#item[this.#name()];
    let holds = (attribute !== undefined) === (name !== "attribute_not_exists");
    if (name === "begins_with") {
      this.#expect(",");
      holds = attribute?.S?.startsWith(this.#value().S ?? "") ?? false;
    }
    this.#expect(")");
    return holds;
  }

  #comparison(): boolean {
    const left = this.#operand();
    const operator = this.#take();
    const right = this.#operand();
    // A comparison with a missing attribute is false, except "<>".
    if (left === undefined || right === undefined) {
      return operator === "<>" && left !== right;
    }
    switch (operator) {
      case "=":
        return sameValue(left, right);
      case "<>":
        return !sameValue(left, right);
      case "<":
        return compareValues(left, right) < 0;
      case "<=":
        return compareValues(left, right) <= 0;
      case ">":
        return compareValues(left, right) > 0;
      case ">=":
        return compareValues(left, right) >= 0;
      default:
        throw this.#unknown();
    }
  }

  #sum(): AttributeValue {
    const first = this.#term();
    const sign = this.#accept("+") ? 1 : this.#accept("-") ? -1 : 0;
    return sign === 0 ? first : { N: String(Number(first.N) + sign * Number(this.#term().N)) };
  }

  #term(): AttributeValue {
    if (this.#accept("if_not_exists")) {
      this.#expect("(");
      const stored = this.#item[this.#name()];
      this.#expect(",");
      const fallback = this.#value();
      this.#expect(")");
      return stored ?? fallback;
    }
    const value = this.#operand();
    if (value === undefined) {
      throw validation("The provided expression refers to an attribute that does not exist in the item");
    }
    return value;
  }

  #operand(): AttributeValue | undefined {
    return this.#tokens[this.#at]?.startsWith(":") ? this.#value() : this.#item[this.#name()];
  }

  #value(): AttributeValue {
    const token = this.#take();
    const value = this.#placeholders.ExpressionAttributeValues?.[token];
    if (value === undefined) {
      throw validation(`An expression attribute value used in expression is not defined: ${token}`);
    }
    return value;
  }

  #name(): string {
    const token = this.#take();
    if (!token.startsWith("#")) {
      return token;
    }
    const name = this.#placeholders.ExpressionAttributeNames?.[token];
    if (name === undefined) {
      throw validation(`An expression attribute name used in the expression is not defined: ${token}`);
    }
    return name;
  }

  #accept(word: string): boolean {
    if (this.#tokens[this.#at]?.toUpperCase() !== word.toUpperCase()) {
      return false;
    }
    this.#at += 1;
    return true;
  }

  #expect(word: string): void {
    if (!this.#accept(word)) {
      throw this.#unknown();
    }
  }

  #take(): string {
    const token = this.#tokens[this.#at];
    if (token === undefined) {
      throw this.#unknown();
    }
    this.#at += 1;
    return token;
  }

  #unknown() {
    return validation(`the table in memory does not understand the expression "${this.#text}"`);
  }
}

function tokenize(text: string): readonly string[] {
  const tokens: string[] = [];
  TOKENS.lastIndex = 0;
  let end = 0;
  for (let match = TOKENS.exec(text); match !== null; match = TOKENS.exec(text)) {
    tokens.push(match[1] ?? "");
    end = TOKENS.lastIndex;
  }
  if (text.slice(end).trim() !== "") {
    throw validation(`the table in memory does not understand "${text.slice(end).trim()}" in "${text}"`);
  }
  return tokens;
}
