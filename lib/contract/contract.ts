import { calledAs, contractInvalid } from "./contract-invalid.ts";
import type { EventDefinition } from "./event.ts";

/** An event whose schema and attributes are not known to the compiler. Every {@link EventDefinition} is one. */
// biome-ignore lint/suspicious/noExplicitAny: functions are contravariant in the payload; only `any` accepts all events.
export type AnyEvent = EventDefinition<any, any>;

/** The events of a contract by name. */
export type Events = Readonly<Record<string, AnyEvent>>;

/** One event of a contract, with its name and its CloudEvents `type`. */
export interface ContractEvent<Definition extends AnyEvent = AnyEvent> {
  readonly name: string;
  readonly type: string;
  readonly definition: Definition;
}

/**
 * The events of one topic or work queue. Publisher, infrastructure and consumers read the same object.
 * Made by {@link defineContract}.
 */
export interface Contract<Name extends string = string, Declared extends Events = Events> {
  readonly name: Name;
  readonly events: { readonly [Event in keyof Declared & string]: ContractEvent<Declared[Event]> };
  /** The event with a CloudEvents `type`, or `undefined`. */
  eventOfType(type: string): ContractEvent | undefined;
}

/** A contract whose events are not known to the compiler. */
export type AnyContract = Contract<string, Events>;

/** The names of a contract's events. */
export type EventName<C extends AnyContract> = keyof C["events"] & string;

type Types<C extends AnyContract, Name extends EventName<C>> = NonNullable<C["events"][Name]["definition"]["types"]>;

/** The payload that handlers receive: the output of the event's schema. */
export type Payload<C extends AnyContract, Name extends EventName<C>> = Types<C, Name>["output"];

/** The payload that publishers pass: the input of the event's schema, in which defaults may be omitted. */
export type PayloadInput<C extends AnyContract, Name extends EventName<C>> = Types<C, Name>["input"];

/** The routing attributes that an event sets. */
export type Attributes<C extends AnyContract, Name extends EventName<C>> = Types<C, Name>["attributes"];

const CONTRACT_NAME = /^[A-Za-z][A-Za-z0-9-]{0,63}$/;
const EVENT_NAME = /^[A-Za-z][A-Za-z0-9_]{0,127}$/;

/**
 * Declares the events of one topic or work queue. Publisher, constructs and consumers take the contract that it returns.
 *
 * @param name 1 to 64 letters, digits and hyphens, starting with a letter. It is part of event types, environment variables
 *   and the CloudEvents source.
 * @throws FanfareError `ContractInvalid` for an invalid name, no events, or two events with the same CloudEvents type
 */
export function defineContract<const Name extends string, Declared extends Events>(
  name: Name,
  events: Declared,
): Contract<Name, Declared> {
  return calledAs(defineContract, () => contractOf(name, events));
}

function contractOf<const Name extends string, Declared extends Events>(
  name: Name,
  events: Declared,
): Contract<Name, Declared> {
  if (!CONTRACT_NAME.test(name)) {
    throw contractInvalid(
      "name",
      `"${name}" is not a valid contract name`,
      "use 1 to 64 letters, digits and hyphens, starting with a letter",
      "64 characters",
    );
  }
  const byType = new Map<string, ContractEvent>();
  const byName: Record<string, ContractEvent> = {};
  for (const [eventName, definition] of Object.entries(events)) {
    if (!EVENT_NAME.test(eventName)) {
      throw contractInvalid(
        `events.${eventName}`,
        `contract ${name}: "${eventName}" is not a valid event name`,
        "use letters, digits and underscores, starting with a letter: OrderPlaced",
        "128 characters",
      );
    }
    const type = definition.type ?? `${name}.${eventName}`;
    const other = byType.get(type);
    if (other !== undefined) {
      throw contractInvalid(
        `events.${eventName}.type`,
        `contract ${name}: ${other.name} and ${eventName} have the same type "${type}"`,
        "use a different type for each event",
      );
    }
    const contractEvent = { name: eventName, type, definition };
    byType.set(type, contractEvent);
    byName[eventName] = contractEvent;
  }
  if (byType.size === 0) {
    throw contractInvalid(
      "events",
      `contract ${name} has no events`,
      "declare at least one: { OrderPlaced: event({ schema }) }",
    );
  }
  return {
    name,
    events: byName as Contract<Name, Declared>["events"],
    eventOfType: (type) => byType.get(type),
  };
}
