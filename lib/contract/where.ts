import type { AnyContract, Attributes, EventName } from "./contract.ts";

/**
 * One comparison of a numeric condition: an operator and a number, or a range of two.
 * Source: Amazon SNS Developer Guide, "Numeric value matching".
 */
export type NumericCondition =
  | readonly ["=" | "<" | "<=" | ">" | ">=", number]
  | readonly [">" | ">=", number, "<" | "<=", number];

/** Conditions on an attribute whatever its type. */
export type ExistsCondition = { readonly exists: boolean };

/** Conditions on text. */
export type StringCondition<Value extends string> =
  | Value
  | { readonly prefix: string }
  | { readonly suffix: string }
  | { readonly "equals-ignore-case": string }
  | { readonly wildcard: string }
  | { readonly cidr: string }
  | {
      readonly "anything-but":
        | Value
        | readonly Value[]
        | { readonly prefix: string }
        | { readonly suffix: string }
        | { readonly wildcard: string };
    }
  | ExistsCondition;

/** Conditions on numbers. */
export type NumberCondition =
  | number
  | { readonly numeric: NumericCondition }
  | { readonly "anything-but": number | readonly number[] }
  | ExistsCondition;

/** Conditions on `true` and `false`. */
export type BooleanCondition = boolean | ExistsCondition;

/** The conditions that fit an attribute of type `Value`. */
export type Condition<Value> = [NonNullable<Value>] extends [boolean]
  ? BooleanCondition
  : [NonNullable<Value>] extends [number]
    ? NumberCondition
    : [NonNullable<Value>] extends [readonly (infer Item extends string)[]]
      ? StringCondition<Item>
      : [NonNullable<Value>] extends [string]
        ? StringCondition<NonNullable<Value> & string>
        : StringCondition<string> | NumberCondition | BooleanCondition;

type UnionKeys<Union> = Union extends unknown ? keyof Union & string : never;
type ValueOf<Union, Key extends string> = Union extends unknown
  ? Key extends keyof Union
    ? Union[Key]
    : never
  : never;

type Fields<Routing> = { readonly [Key in UnionKeys<Routing>]?: readonly Condition<ValueOf<Routing, Key>>[] };

/**
 * What a subscription filters on besides the type: for each attribute the conditions of which one must hold; all attributes
 * must match. `$or` holds alternatives. Only attributes that one of the events sets, and only conditions that fit its type.
 *
 * SNS limits: 5 keys and 150 combinations a policy, numbers within 10^9 with 5 decimals. The constructs check them at synth.
 */
export type Where<C extends AnyContract, Name extends EventName<C> = EventName<C>> = Fields<
  AttributesUnion<C, Name>
> & {
  readonly $or?: readonly Fields<AttributesUnion<C, Name>>[];
};

type AttributesUnion<C extends AnyContract, Name extends EventName<C>> = Name extends unknown
  ? Attributes<C, Name>
  : never;
