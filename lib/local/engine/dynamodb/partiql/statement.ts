import type { Condition, Path, UpdateAction } from "../expressions/index.ts";
import type { Item } from "../values/index.ts";

export interface SelectStatement {
  readonly kind: "select";
  readonly table: string;
  readonly index: string | undefined;
  /** Undefined for all attributes. */
  readonly projection: readonly Path[] | undefined;
  readonly where: Condition | undefined;
  /** The order of the sort key. */
  readonly order: { readonly by: Path; readonly descending: boolean } | undefined;
}

export type Returning = "ALL OLD" | "ALL NEW" | "MODIFIED OLD" | "MODIFIED NEW";

export type Statement =
  | SelectStatement
  /** Whether something is there, or not: a condition of a transaction. */
  | { readonly kind: "exists"; readonly select: SelectStatement; readonly negated: boolean }
  | { readonly kind: "insert"; readonly table: string; readonly item: Item; readonly doNothing: boolean }
  | {
      readonly kind: "update";
      readonly table: string;
      readonly actions: readonly UpdateAction[];
      readonly where: Condition;
      readonly returning: Returning | undefined;
    }
  | {
      readonly kind: "delete";
      readonly table: string;
      readonly where: Condition;
      readonly returning: Returning | undefined;
    };
