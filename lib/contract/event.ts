import type { StandardSchemaV1 } from "@standard-schema/spec";
import { callUserSync } from "../errors/index.ts";
import { MAX_MESSAGE_ATTRIBUTES, MAX_ROUTING_ATTRIBUTES, RESERVED_ATTRIBUTES } from "../names/index.ts";
import { calledAs, contractInvalid } from "./contract-invalid.ts";
import type { JsonInput } from "./json-input.ts";

/** The value of a routing attribute. It is sent as `String`, `Number`, `String` (`true` or `false`) or `String.Array`. */
export type AttributeValue = string | number | boolean | readonly string[];

/** The routing attributes of an event by name. `undefined` omits an attribute. */
export type RoutingAttributes = Readonly<Record<string, AttributeValue | undefined>>;

/** Data of an older version as it was received: a JSON object whose fields have not been checked. */
export type OlderData = Readonly<Record<string, unknown>>;

/** Options of {@link event}. */
export interface EventOptions<Schema extends StandardSchemaV1, Attributes extends RoutingAttributes> {
  /**
   * The payload: any Standard Schema (zod, valibot, arktype). Publishers validate before they send, consumers before they
   * handle. The input is sent, so it must be JSON (no `Date`, `Map`, `bigint`). The output, which handlers receive, can have any
   * type: `z.coerce.date()`.
   */
  readonly schema: Schema & JsonInput<Schema>;
  /**
   * Version of the payload, an integer from 1. Raise it when an old consumer could not read a new payload.
   * @default 1
   */
  readonly version?: number;
  /**
   * The attributes on which subscriptions may filter, one function per attribute. At most 6: raw delivery discards messages with
   * more than 10 attributes (Amazon SNS Developer Guide, "Amazon SNS raw message delivery"), and Fanfare needs 4.
   * @default none
   */
  readonly attributes?: {
    readonly [Name in keyof Attributes]: (data: StandardSchemaV1.InferOutput<Schema>) => Attributes[Name];
  };
  /**
   * The message group. Messages of one group are delivered in order on FIFO; on standard queues it is the fair queue's tenant. 1 to
   * 128 ASCII letters, digits and punctuation (Amazon SQS API Reference, `SendMessage`).
   * @default none: not allowed on a FIFO topic
   */
  readonly group?: (data: StandardSchemaV1.InferOutput<Schema>) => string;
  /**
   * Converts data of an older version to the next one: `{ 1: (v1) => v2, 2: (v2) => v3 }`. The final result is validated.
   * @default none: older versions are dead-lettered as `UnknownVersion`
   */
  readonly upcast?: Readonly<Record<number, (older: OlderData) => unknown>>;
  /**
   * The CloudEvents `type`, 1 to 256 characters.
   * @default the contract's name, a dot and the event's name: `orders.OrderPlaced`
   */
  readonly type?: string;
  /**
   * Fields of the data that operators' tools never show: personal data, secrets. The whole value of a field is masked.
   * @default none
   */
  readonly sensitive?: readonly (keyof StandardSchemaV1.InferOutput<Schema> & string)[];
  /**
   * Seconds after which an event expires, above 0. Sets the CloudEvents `expirytime`.
   * @default none: an event does not expire
   */
  readonly expiresAfterSeconds?: number;
}

/** The definition of an event in a contract. Made by {@link event}. */
export interface EventDefinition<
  Schema extends StandardSchemaV1 = StandardSchemaV1,
  Attributes extends RoutingAttributes = RoutingAttributes,
> {
  readonly schema: Schema;
  readonly version: number;
  /** Names of the routing attributes. */
  readonly attributeNames: readonly (keyof Attributes & string)[];
  /**
   * The routing attributes of one payload.
   *
   * @param event the event's name, for errors
   * @throws FanfareError `CallbackFailed` when one of the functions throws
   */
  attributesOf(data: StandardSchemaV1.InferOutput<Schema>, event?: string): Attributes;
  /** Whether the event has a group, which a FIFO topic requires of each event. */
  readonly hasGroup: boolean;
  /**
   * The message group of one payload, or `undefined` for an event without groups.
   *
   * @param event the event's name, for errors
   * @throws FanfareError `CallbackFailed` when the function throws
   */
  groupOf(data: StandardSchemaV1.InferOutput<Schema>, event?: string): string | undefined;
  readonly upcast: Readonly<Record<number, (older: OlderData) => unknown>>;
  readonly type: string | undefined;
  readonly expiresAfterSeconds: number | undefined;
  /** Fields that operators' tools never show. */
  readonly sensitive: readonly string[];
  /** For the compiler only, as in Standard Schema. Absent at run time. */
  readonly types?: {
    readonly input: StandardSchemaV1.InferInput<Schema>;
    readonly output: StandardSchemaV1.InferOutput<Schema>;
    readonly attributes: Attributes;
  };
}

/** The form of an attribute name. Source: Amazon SQS Developer Guide, "Message attributes". */
const ATTRIBUTE_NAME = /^(?!aws\.|amazon\.)(?!\.)(?!.*\.\.)[A-Za-z0-9_.-]{1,256}(?<!\.)$/i;

/**
 * Declares one event of a contract.
 *
 * @throws FanfareError `ContractInvalid` for an invalid schema, version, attribute, upcast, type or expiry
 */
export function event<Schema extends StandardSchemaV1, Attributes extends RoutingAttributes = Record<never, never>>(
  options: EventOptions<Schema, Attributes>,
): EventDefinition<Schema, NoInfer<Attributes>> {
  // NoInfer, or the attributes would be inferred from the contract, whose type is open.
  const version = options.version ?? 1;
  const upcast = options.upcast ?? {};
  const extractors = Object.entries(options.attributes ?? {}) as [
    keyof Attributes & string,
    (data: StandardSchemaV1.InferOutput<Schema>) => Attributes[keyof Attributes & string],
  ][];

  calledAs(event, () => {
    checkSchema(options.schema);
    checkVersion(version, upcast);
    checkAttributeNames(extractors.map(([name]) => name));
    checkType(options.type);
    checkExpiry(options.expiresAfterSeconds);
  });

  return {
    schema: options.schema,
    version,
    attributeNames: extractors.map(([name]) => name),
    attributesOf: (data, eventName = "event") => {
      // Without a prototype, because an attribute may be called __proto__.
      const attributes: Partial<Attributes> = Object.create(null);
      for (const [name, extract] of extractors) {
        attributes[name] = callUserSync(`${eventName}.attributes.${name}`, () => extract(data));
      }
      // Complete: the extractors are made from the keys of Attributes.
      return attributes as Attributes;
    },
    hasGroup: options.group !== undefined,
    groupOf: (data, eventName = "event") => callUserSync(`${eventName}.group`, () => options.group?.(data)),
    upcast,
    type: options.type,
    expiresAfterSeconds: options.expiresAfterSeconds,
    sensitive: options.sensitive ?? [],
  };
}

function checkSchema(schema: unknown): void {
  const standard =
    (typeof schema === "object" || typeof schema === "function") && schema !== null && "~standard" in schema;
  if (!standard) {
    throw contractInvalid(
      "schema",
      "schema is not a Standard Schema",
      "use a schema of zod 4, valibot 1, arktype 2 or another library that implements Standard Schema",
    );
  }
}

function checkVersion(version: number, upcast: Readonly<Record<number, unknown>>): void {
  if (!Number.isSafeInteger(version) || version < 1) {
    throw contractInvalid("version", `version is ${version}`, "use a whole number from 1");
  }
  const from = Object.keys(upcast)
    .map(Number)
    .sort((a, b) => a - b);
  for (const [index, older] of from.entries()) {
    if (!Number.isSafeInteger(older) || older < 1 || older >= version) {
      throw contractInvalid(
        `upcast.${older}`,
        `upcast has a step from version ${older}, but the event is at version ${version}`,
        `declare steps from versions 1 to ${version - 1} only`,
      );
    }
    const next = from[index + 1] ?? version;
    if (next !== older + 1) {
      throw contractInvalid(
        "upcast",
        `upcast has a step from version ${older} but none from version ${older + 1}`,
        "add the missing step: each one converts the data to the next version",
      );
    }
  }
}

function checkAttributeNames(names: readonly string[]): void {
  if (names.length > MAX_ROUTING_ATTRIBUTES) {
    throw contractInvalid(
      "attributes",
      `${names.length} routing attributes are declared, but at most ${MAX_ROUTING_ATTRIBUTES} are allowed`,
      `keep those that subscriptions filter on: raw delivery discards messages with more than ${MAX_MESSAGE_ATTRIBUTES} attributes, and Fanfare needs ${MAX_MESSAGE_ATTRIBUTES - MAX_ROUTING_ATTRIBUTES}`,
      `${MAX_ROUTING_ATTRIBUTES} attributes`,
    );
  }
  for (const name of names) {
    if (!ATTRIBUTE_NAME.test(name)) {
      throw contractInvalid(
        `attributes.${name}`,
        `"${name}" is not a valid attribute name`,
        "use letters, digits, _, - and single dots inside, at most 256 characters, not starting with AWS. or Amazon.",
      );
    }
    if (RESERVED_ATTRIBUTES.some((reserved) => reserved.toLowerCase() === name.toLowerCase())) {
      throw contractInvalid(
        `attributes.${name}`,
        `the attribute name "${name}" is reserved for Fanfare`,
        `use a name other than ${RESERVED_ATTRIBUTES.join(", ")}`,
      );
    }
  }
}

function checkType(type: string | undefined): void {
  if (type !== undefined && (type.length === 0 || type.length > 256)) {
    throw contractInvalid(
      "type",
      `type has ${type.length} characters`,
      "use 1 to 256 characters, for example com.example.OrderPlaced",
    );
  }
}

function checkExpiry(seconds: number | undefined): void {
  if (seconds !== undefined && !(Number.isFinite(seconds) && seconds > 0)) {
    throw contractInvalid(
      "expiresAfterSeconds",
      `expiresAfterSeconds is ${seconds}`,
      "use a number of seconds above 0",
    );
  }
}
