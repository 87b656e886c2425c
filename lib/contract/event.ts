import type { StandardSchemaV1 } from "@standard-schema/spec";
import { MAX_MESSAGE_ATTRIBUTES, MAX_ROUTING_ATTRIBUTES, RESERVED_ATTRIBUTES } from "../names/index.ts";
import { contractInvalid } from "./contract-invalid.ts";
import type { JsonInput } from "./json-input.ts";

/** What a routing attribute may be: sent as `String`, `Number`, `String` (`true`, `false`) and `String.Array`. */
export type AttributeValue = string | number | boolean | readonly string[];

/** The routing attributes of an event by name. `undefined` leaves an attribute out of a message. */
export type RoutingAttributes = Readonly<Record<string, AttributeValue | undefined>>;

/** Data of an older version as it was received: a JSON object whose fields nobody has checked. */
export type OlderData = Readonly<Record<string, unknown>>;

/** What {@link event} takes. */
export interface EventOptions<Schema extends StandardSchemaV1, Attributes extends RoutingAttributes> {
  /**
   * The payload: any Standard Schema (zod, valibot, arktype). Publishers validate before they send, consumers before they
   * handle. The input travels, so it must be JSON (no `Date`, `Map`, `bigint`); the output, which handlers get, may be anything:
   * `z.coerce.date()`.
   */
  readonly schema: Schema & JsonInput<Schema>;
  /**
   * Version of the payload's shape, an integer from 1. Raise it when an old consumer could not read a new payload.
   * @default 1
   */
  readonly version?: number;
  /**
   * What subscriptions may filter on, one function an attribute. At most 6, because raw delivery drops messages of more than
   * 10 and Fanfare keeps 4 for itself.
   * @default none
   */
  readonly attributes?: {
    readonly [Name in keyof Attributes]: (data: StandardSchemaV1.InferOutput<Schema>) => Attributes[Name];
  };
  /**
   * Messages of one group are delivered in order on FIFO; on standard queues it is the fair queue's tenant. 1 to 128
   * characters of ASCII letters, digits and punctuation.
   * @default none: not allowed on a FIFO topic
   */
  readonly group?: (data: StandardSchemaV1.InferOutput<Schema>) => string;
  /**
   * Brings data of an older version one version up: `{ 1: (v1) => v2, 2: (v2) => v3 }`. What comes out at the end is validated.
   * @default none: older versions are dead-lettered as `UnknownVersion`
   */
  readonly upcast?: Readonly<Record<number, (older: OlderData) => unknown>>;
  /**
   * The CloudEvents `type`, 1 to 256 characters.
   * @default the contract's name, a dot and the event's name: `orders.OrderPlaced`
   */
  readonly type?: string;
  /**
   * Seconds after which the event is of no use to anybody; sets the CloudEvents `expirytime`.
   * @default none: an event does not expire
   */
  readonly expiresAfterSeconds?: number;
}

/** An event as a contract holds it; made by {@link event}. */
export interface EventDefinition<
  Schema extends StandardSchemaV1 = StandardSchemaV1,
  Attributes extends RoutingAttributes = RoutingAttributes,
> {
  readonly schema: Schema;
  readonly version: number;
  /** Names of the routing attributes: known without an event, so that limits are checked when the contract is defined. */
  readonly attributeNames: readonly (keyof Attributes & string)[];
  /** The routing attributes of one payload. */
  attributesOf(data: StandardSchemaV1.InferOutput<Schema>): Attributes;
  /** Whether the event has a group: a FIFO topic asks it of each of its events. */
  readonly hasGroup: boolean;
  /** The message group of one payload, or `undefined` for an event without groups. */
  groupOf(data: StandardSchemaV1.InferOutput<Schema>): string | undefined;
  readonly upcast: Readonly<Record<number, (older: OlderData) => unknown>>;
  readonly type: string | undefined;
  readonly expiresAfterSeconds: number | undefined;
  /** For the compiler only, as in Standard Schema: never there at run time. */
  readonly types?: {
    readonly input: StandardSchemaV1.InferInput<Schema>;
    readonly output: StandardSchemaV1.InferOutput<Schema>;
    readonly attributes: Attributes;
  };
}

/** SQS: letters, digits, underscore, hyphen and period; not starting with AWS. or Amazon.; at most 256 characters. */
const ATTRIBUTE_NAME = /^(?!aws\.|amazon\.)(?!\.)(?!.*\.\.)[A-Za-z0-9_.-]{1,256}(?<!\.)$/i;

/**
 * Declares one event of a contract.
 *
 * @throws FanfareError `ContractInvalid` for a version, attribute, upcast, type or expiry that cannot work.
 */
export function event<Schema extends StandardSchemaV1, Attributes extends RoutingAttributes = Record<never, never>>(
  options: EventOptions<Schema, Attributes>,
): EventDefinition<Schema, NoInfer<Attributes>> {
  // NoInfer: or the events of a contract, whose type is open, would be inferred from there.
  const version = options.version ?? 1;
  const upcast = options.upcast ?? {};
  const extractors = Object.entries(options.attributes ?? {}) as [
    keyof Attributes & string,
    (data: StandardSchemaV1.InferOutput<Schema>) => Attributes[keyof Attributes & string],
  ][];

  checkSchema(options.schema);
  checkVersion(version, upcast);
  checkAttributeNames(extractors.map(([name]) => name));
  checkType(options.type);
  checkExpiry(options.expiresAfterSeconds);

  return {
    schema: options.schema,
    version,
    attributeNames: extractors.map(([name]) => name),
    attributesOf: (data) => {
      // Without a prototype, because an attribute may be called __proto__.
      const attributes: Partial<Attributes> = Object.create(null);
      for (const [name, extract] of extractors) {
        attributes[name] = extract(data);
      }
      // Complete: the extractors are made from the keys of Attributes.
      return attributes as Attributes;
    },
    hasGroup: options.group !== undefined,
    groupOf: (data) => options.group?.(data),
    upcast,
    type: options.type,
    expiresAfterSeconds: options.expiresAfterSeconds,
  };
}

function checkSchema(schema: unknown): void {
  const standard =
    (typeof schema === "object" || typeof schema === "function") && schema !== null && "~standard" in schema;
  if (!standard) {
    throw contractInvalid(
      "schema",
      "schema is not a Standard Schema",
      "give a schema made by zod 4, valibot 1, arktype 2 or another library that implements Standard Schema",
    );
  }
}

function checkVersion(version: number, upcast: Readonly<Record<number, unknown>>): void {
  if (!Number.isSafeInteger(version) || version < 1) {
    throw contractInvalid("version", `version is ${version}`, "give a whole number from 1");
  }
  const from = Object.keys(upcast)
    .map(Number)
    .sort((a, b) => a - b);
  for (const [index, older] of from.entries()) {
    if (!Number.isSafeInteger(older) || older < 1 || older >= version) {
      throw contractInvalid(
        `upcast.${older}`,
        `upcast has a step from version ${older}, but the event is at version ${version}`,
        `give steps from versions 1 to ${version - 1}`,
      );
    }
    const next = from[index + 1] ?? version;
    if (next !== older + 1) {
      throw contractInvalid(
        "upcast",
        `upcast has a step from version ${older} but none from version ${older + 1}`,
        "each step brings the data one version up: fill the gap",
      );
    }
  }
}

function checkAttributeNames(names: readonly string[]): void {
  if (names.length > MAX_ROUTING_ATTRIBUTES) {
    throw contractInvalid(
      "attributes",
      `${names.length} routing attributes are declared, at most ${MAX_ROUTING_ATTRIBUTES} are possible`,
      `raw delivery discards messages of more than ${MAX_MESSAGE_ATTRIBUTES} attributes and Fanfare needs ${MAX_MESSAGE_ATTRIBUTES - MAX_ROUTING_ATTRIBUTES}: keep those that subscriptions filter on`,
      `${MAX_ROUTING_ATTRIBUTES} attributes`,
    );
  }
  for (const name of names) {
    if (!ATTRIBUTE_NAME.test(name)) {
      throw contractInvalid(
        `attributes.${name}`,
        `"${name}" cannot be the name of a message attribute`,
        "use letters, digits, _, - and single dots inside, at most 256 characters, not starting with AWS. or Amazon.",
      );
    }
    if (RESERVED_ATTRIBUTES.some((reserved) => reserved.toLowerCase() === name.toLowerCase())) {
      throw contractInvalid(
        `attributes.${name}`,
        `the attribute "${name}" is set by Fanfare itself`,
        `use another name than ${RESERVED_ATTRIBUTES.join(", ")}`,
      );
    }
  }
}

function checkType(type: string | undefined): void {
  if (type !== undefined && (type.length === 0 || type.length > 256)) {
    throw contractInvalid(
      "type",
      `type has ${type.length} characters`,
      "give 1 to 256 characters, for example com.example.OrderPlaced",
    );
  }
}

function checkExpiry(seconds: number | undefined): void {
  if (seconds !== undefined && !(Number.isFinite(seconds) && seconds > 0)) {
    throw contractInvalid(
      "expiresAfterSeconds",
      `expiresAfterSeconds is ${seconds}`,
      "give a number of seconds above 0",
    );
  }
}
