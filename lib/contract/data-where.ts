import type { AnyContract, EventName, PayloadInput } from "./contract.ts";
import type { Condition, ConditionsOrAbsence, UnionKeys, ValueOf } from "./where.ts";

/*
 * `Events` is a union of tuples of one: what each event has at a place of its data. The tuples keep the events apart, whose data may be
 * unions themselves.
 */

/** The fields that each of the events has, in one variant of its data at least. */
type CommonKeys<Events> = (Events extends readonly [infer Value] ? (key: UnionKeys<Value>) => void : never) extends (
  key: infer Key,
) => void
  ? Key
  : never;

type FieldOf<Events, Key extends string> = Events extends readonly [infer Value]
  ? Key extends UnionKeys<Value>
    ? readonly [NonNullable<ValueOf<Value, Key>>]
    : never
  : never;

type ItemOf<Events> = Events extends readonly [readonly (infer Item)[]] ? readonly [NonNullable<Item>] : never;

type ValuesOf<Events> = Events extends readonly [infer Value] ? Value : never;

/** Conditions on a value. Where some of the events do not have it, absence must be accepted, or those would never arrive. */
type Conditions<Value, Everywhere extends boolean> = Everywhere extends true
  ? readonly Condition<Value>[]
  : ConditionsOrAbsence<Condition<Value>>;

/** Conditions on a field of the data: a list for a value, the same again for an object; for a list, those of its items. */
type DataCondition<Events, Everywhere extends boolean> = [ValuesOf<Events>] extends [string | number | boolean]
  ? Conditions<ValuesOf<Events>, Everywhere>
  : [ValuesOf<Events>] extends [readonly unknown[]]
    ? DataCondition<ItemOf<Events>, Everywhere>
    : [ValuesOf<Events>] extends [object]
      ? DataFields<Events, Everywhere>
      : Conditions<unknown, Everywhere>;

type DataFields<Events, Everywhere extends boolean> = {
  readonly [Key in UnionKeys<ValuesOf<Events>>]?: DataCondition<
    FieldOf<Events, Key>,
    Key extends CommonKeys<Events> ? Everywhere : false
  >;
};

/**
 * The conditions of a subscription on the data of events, as publishers send it: nested as the data is, with a list of conditions for
 * each value. All fields must match; an item of a list suffices. An event without the field does not match: if other events of the
 * subscription do not have it, its list must begin or end with `{ exists: false }`, because they would otherwise never arrive.
 *
 * Limits: 150 combinations, in which each list counts its conditions times its depth in the message, `data` included (Amazon SNS
 * Developer Guide, "Filter policy constraints"). The constructs check them at synth.
 */
export type DataWhere<C extends AnyContract, Name extends EventName<C> = EventName<C>> = DataFields<
  Name extends unknown ? readonly [PayloadInput<C, Name>] : never,
  true
>;
