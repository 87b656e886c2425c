/** What a filter policy looks at: the message's attributes (flat) or its JSON body (nested). */
export type FilterPolicyScope = "MessageAttributes" | "MessageBody";

/** A JSON value without structure: what a match expression compares with. */
export type Scalar = string | number | boolean | null;

/** A closed or open interval; an absent bound is unbounded. */
export interface NumericRange {
  readonly minimum?: { readonly value: number; readonly inclusive: boolean };
  readonly maximum?: { readonly value: number; readonly inclusive: boolean };
}

/** The patterns over the text of a value. They also occur inside `anything-but`. */
export type TextPattern =
  | { readonly operator: "prefix" | "suffix" | "equals-ignore-case"; readonly text: string }
  /** `*` stands for any number of characters; the parts are the texts between the stars. */
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

/** An inclusive range of IP addresses; the bits tell IPv4 (32) from IPv6 (128). */
export interface AddressRange {
  readonly bits: 32 | 128;
  readonly first: bigint;
  readonly last: bigint;
}

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
