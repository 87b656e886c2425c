import type { Value, ValueType } from "../values/index.ts";

/** Where in an item: a name, then names of map entries and positions in lists. */
export type Path = readonly [string, ...(string | number)[]];

export type Operand =
  | { readonly kind: "path"; readonly path: Path }
  | { readonly kind: "value"; readonly value: Value }
  | { readonly kind: "size"; readonly of: Operand };

export type Comparator = "=" | "<>" | "<" | "<=" | ">" | ">=";

/** What has to hold for an item. Conditions of expressions and of PartiQL statements. */
export type Condition =
  | { readonly kind: "and" | "or"; readonly left: Condition; readonly right: Condition }
  | { readonly kind: "not"; readonly condition: Condition }
  | { readonly kind: "compare"; readonly comparator: Comparator; readonly left: Operand; readonly right: Operand }
  | { readonly kind: "between"; readonly operand: Operand; readonly low: Operand; readonly high: Operand }
  | { readonly kind: "in"; readonly operand: Operand; readonly options: readonly Operand[] }
  | { readonly kind: "exists"; readonly path: Path }
  | { readonly kind: "isType"; readonly path: Path; readonly type: ValueType }
  | { readonly kind: "beginsWith" | "contains"; readonly left: Operand; readonly right: Operand };

/** What an update sets an attribute to. */
export type NewValue =
  | Operand
  | { readonly kind: "add" | "subtract"; readonly left: NewValue; readonly right: NewValue }
  | { readonly kind: "ifNotExists"; readonly path: Path; readonly fallback: NewValue }
  | { readonly kind: "append"; readonly left: NewValue; readonly right: NewValue }
  /** PartiQL's `set_add` and `set_delete`. */
  | { readonly kind: "union" | "difference"; readonly left: NewValue; readonly right: NewValue };

export type UpdateAction =
  | { readonly kind: "set"; readonly path: Path; readonly value: NewValue }
  | { readonly kind: "remove"; readonly path: Path }
  | { readonly kind: "add" | "delete"; readonly path: Path; readonly value: Value };

/** The form in which DynamoDB names a path in its errors: `[a, b, [1]]`. */
export function showPath(path: Path): string {
  return `[${path.map((part) => (typeof part === "number" ? `[${part}]` : part)).join(", ")}]`;
}
