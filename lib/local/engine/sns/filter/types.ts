/** What a filter policy looks at: the message's attributes (flat) or its JSON body (nested). */
export type FilterPolicyScope = "MessageAttributes" | "MessageBody";

/** A JSON value without structure: what a match expression compares with. */
export type Scalar = string | number | boolean | null;

export function isScalar(value: unknown): value is Scalar {
  return value === null || typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

/** A closed or open interval; an absent bound is unbounded. */
export interface NumericRange {
  readonly minimum?: { readonly value: number; readonly inclusive: boolean };
  readonly maximum?: { readonly value: number; readonly inclusive: boolean };
}

/** The patterns for strings. They also occur inside `anything-but`. */
export type TextPattern =
  | { readonly operator: "prefix" | "suffix" | "equals-ignore-case"; readonly text: string }
  /** `*` stands for any number of characters; the parts are the strings between the stars. */
  | { readonly operator: "wildcard"; readonly parts: readonly string[] };

/** One match expression of a key. */
export type Matcher =
  | { readonly operator: "equals"; readonly value: Scalar }
  | TextPattern
  | { readonly operator: "cidr"; readonly range: AddressRange }
  | { readonly operator: "numeric"; readonly range: NumericRange }
  | { readonly operator: "exists"; readonly present: boolean }
  | {
      readonly operator: "anything-but";
      readonly values: readonly Scalar[];
      readonly patterns: readonly TextPattern[];
    };

/** Tells whether a string is an IP address within the range. */
export type AddressRange = (text: string) => boolean;

/** One key of a policy: at least one of its matchers must match. */
export interface Condition {
  /** The names from the root, joined by dots: SNS does not tell `{"a":{"b":..}}` from `{"a.b":..}`. */
  readonly path: string;
  readonly matchers: readonly Matcher[];
}

/** A parsed filter policy: at least one alternative must hold, and in it every condition. */
export interface FilterPolicy {
  readonly scope: FilterPolicyScope;
  readonly alternatives: readonly (readonly Condition[])[];
}
