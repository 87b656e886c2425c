import type { AnyContract, Attributes, EventName } from "./contract.ts";

/**
 * One comparison of a numeric condition: an operator and a number, or a range of two.
 * Source: Amazon SNS Developer Guide, "Numeric value matching".
 */
export type NumericCondition =
  | readonly ["=" | "<" | "<=" | ">" | ">=", number]
  | readonly [">" | ">=", number, "<" | "<=", number];

/** A condition on an attribute of any type. */
export type ExistsCondition = { readonly exists: boolean };

/** Conditions on strings. */
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

/** Conditions on booleans. */
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

export type UnionKeys<Union> = Union extends unknown ? keyof Union & string : never;
export type ValueOf<Union, Key extends string> = Union extends unknown
  ? Key extends keyof Union
    ? Union[Key]
    : never
  : never;

type Conditions<Routing, Key extends UnionKeys<Routing>> = Condition<ValueOf<Routing, Key>>;

/** Conditions on an attribute that some of the events do not set: those events match only if absence is accepted. */
export type ConditionsOrAbsence<Value> =
  | readonly [{ readonly exists: false }, ...Value[]]
  | readonly [...Value[], { readonly exists: false }];

/**
 * Per attribute, a list of conditions. `Free` are the attributes whose absence need not be accepted: those that all events set, which
 * is what `keyof` a union holds. In an alternative of `$or` all are free, because another alternative may match the other events.
 */
type Fields<Routing, Free = keyof Routing> = {
  readonly [Key in UnionKeys<Routing>]?: Key extends Free
    ? readonly Conditions<Routing, Key>[]
    : ConditionsOrAbsence<Conditions<Routing, Key>>;
};

/**
 * The conditions of a subscription on routing attributes. Per attribute one condition must hold; all attributes must match; `$or`
 * lists alternatives. The compiler accepts only attributes that one of the events sets, and only conditions that fit its type. If
 * other events of the subscription do not set the attribute, the list must begin or end with `{ exists: false }`, because they
 * would otherwise never arrive.
 *
 * Limits: 5 keys and 150 combinations per policy, numbers up to 10^9 with 5 decimals (Amazon SNS Developer Guide, "Filter policy
 * constraints"). The constructs check them at synth.
 */
export type Where<C extends AnyContract, Name extends EventName<C> = EventName<C>> = Fields<
  AttributesUnion<C, Name>
> & {
  readonly $or?: readonly Fields<AttributesUnion<C, Name>, UnionKeys<AttributesUnion<C, Name>>>[];
};

type AttributesUnion<C extends AnyContract, Name extends EventName<C>> = Name extends unknown
  ? Attributes<C, Name>
  : never;
