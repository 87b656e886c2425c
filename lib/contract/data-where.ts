import type { AnyContract, EventName, PayloadInput } from "./contract.ts";
import type { Condition, UnionKeys, ValueOf } from "./where.ts";

/** Conditions on a field of the data: a list for a value, the same again for an object; for a list, those of its items. */
type DataCondition<Value> = [Value] extends [string | number | boolean]
  ? readonly Condition<Value>[]
  : Value extends readonly (infer Item)[]
    ? DataCondition<NonNullable<Item>>
    : Value extends object
      ? DataFields<Value>
      : readonly Condition<unknown>[];

type DataFields<Data> = {
  readonly [Key in UnionKeys<Data>]?: DataCondition<NonNullable<ValueOf<Data, Key>>>;
};

/**
 * The conditions of a subscription on the data of events, as publishers send it: nested as the data is, with a list of conditions for
 * each value. All fields must match; an item of a list suffices. An event without the field does not match.
 *
 * Limits: 150 combinations, in which each list counts its conditions times its depth in the message, `data` included (Amazon SNS
 * Developer Guide, "Filter policy constraints"). The constructs check them at synth.
 */
export type DataWhere<C extends AnyContract, Name extends EventName<C> = EventName<C>> = DataFields<
  Name extends unknown ? PayloadInput<C, Name> : never
>;
