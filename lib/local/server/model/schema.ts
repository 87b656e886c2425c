/**
 * The service models that the AWS SDK for JavaScript carries: since its clients are driven by schemas, each client
 * package exports one constant an operation and a structure (`SendMessage$`, `SendMessageRequest$`). The server reads
 * requests and writes responses by the same schemas by which the SDK does the reverse, so that no field is forgotten and
 * operations that the engine lacks are still recognised by their name.
 *
 * The tuples' layout is that of `StaticSchema` in `@smithy/types`. It is read here as unknown data and checked, in this
 * module only.
 */
export interface Traits {
  /** `[method, path with query literals, status of success]` */
  readonly http?: readonly [string, string, number];
  readonly httpLabel?: boolean;
  readonly httpPayload?: boolean;
  readonly httpHeader?: string;
  readonly httpQuery?: string;
  readonly httpPrefixHeaders?: string;
  readonly xmlName?: string;
  readonly xmlFlattened?: boolean;
  readonly xmlAttribute?: boolean;
  readonly awsQueryError?: string;
}

export interface Member {
  readonly shape: Shape;
  readonly traits: Traits;
}

export interface StructureShape {
  readonly kind: "structure";
  readonly name: string;
  readonly traits: Traits;
  readonly members: ReadonlyMap<string, Member>;
  readonly required: ReadonlySet<string>;
}

export type TimestampFormat = "default" | "date-time" | "http-date" | "epoch-seconds";

export type Shape =
  | { readonly kind: "string" | "number" | "boolean" | "blob" | "unit" | "document" }
  | { readonly kind: "timestamp"; readonly format: TimestampFormat }
  | { readonly kind: "list"; readonly member: Member }
  | { readonly kind: "map"; readonly key: Member; readonly value: Member }
  | StructureShape;

export interface OperationModel {
  readonly name: string;
  readonly traits: Traits;
  readonly input: Shape;
  readonly output: Shape;
}

const SIMPLE_KINDS: ReadonlyMap<number, Shape> = new Map<number, Shape>([
  [0, { kind: "string" }],
  [1, { kind: "number" }],
  [2, { kind: "boolean" }],
  [4, { kind: "timestamp", format: "default" }],
  [5, { kind: "timestamp", format: "date-time" }],
  [6, { kind: "timestamp", format: "http-date" }],
  [7, { kind: "timestamp", format: "epoch-seconds" }],
  [15, { kind: "document" }],
  [17, { kind: "number" }],
  [19, { kind: "number" }],
  [21, { kind: "blob" }],
  [42, { kind: "blob" }],
]);
const LIST_MODIFIER = 64;
const MAP_MODIFIER = 128;
const OPERATION_ID = 9;
const ERROR_ID = -3;

/** The bits of a trait vector that bind members to HTTP: 1 = label in the path, 16 = payload. */
const LABEL_BIT = 1;
const PAYLOAD_BIT = 16;

/** Every operation among a client package's exports, by name. */
export function readOperations(exports: Readonly<Record<string, unknown>>): ReadonlyMap<string, OperationModel> {
  const operations = new Map<string, OperationModel>();
  for (const schema of Object.values(exports)) {
    if (isTuple(schema) && schema[0] === OPERATION_ID && typeof schema[2] === "string") {
      const name = schema[2];
      operations.set(name, {
        name,
        traits: readTraits(schema[3]),
        input: readShape(schema[4]),
        output: readShape(schema[5]),
      });
    }
  }
  return operations;
}

/** The shapes of a service's errors, by name. */
export function readErrors(exports: Readonly<Record<string, unknown>>): ReadonlyMap<string, StructureShape> {
  const errors = new Map<string, StructureShape>();
  for (const schema of Object.values(exports)) {
    if (isTuple(schema) && schema[0] === ERROR_ID && typeof schema[2] === "string") {
      errors.set(schema[2], readStructure(schema));
    }
  }
  return errors;
}

/** The codes of the query protocol for those errors whose code is not their name: `NotFoundException` is `NotFound`. */
export function readQueryErrorCodes(exports: Readonly<Record<string, unknown>>): ReadonlyMap<string, string> {
  return new Map([...readErrors(exports)].map(([name, { traits }]) => [name, traits.awsQueryError ?? name]));
}

type Tuple = readonly unknown[];

function isTuple(value: unknown): value is Tuple {
  return Array.isArray(value);
}

function dereference(reference: unknown): unknown {
  return typeof reference === "function" ? dereference(reference()) : reference;
}

const shapes = new WeakMap<Tuple, Shape>();

function readShape(reference: unknown): Shape {
  const schema = dereference(reference);
  if (schema === "unit") {
    return { kind: "unit" };
  }
  if (typeof schema === "number") {
    return readSimpleShape(schema);
  }
  if (!isTuple(schema)) {
    throw unreadable(schema);
  }
  const known = shapes.get(schema);
  if (known !== undefined) {
    return known;
  }
  const shape = readTuple(schema);
  shapes.set(schema, shape);
  return shape;
}

function readSimpleShape(schema: number): Shape {
  const plain = { traits: {} };
  if (schema >= MAP_MODIFIER) {
    const value = readSimpleShape(schema - MAP_MODIFIER);
    return { kind: "map", key: { ...plain, shape: { kind: "string" } }, value: { ...plain, shape: value } };
  }
  if (schema >= LIST_MODIFIER) {
    return { kind: "list", member: { ...plain, shape: readSimpleShape(schema - LIST_MODIFIER) } };
  }
  const shape = SIMPLE_KINDS.get(schema);
  if (shape === undefined) {
    throw unreadable(schema);
  }
  return shape;
}

function readTuple(schema: Tuple): Shape {
  switch (schema[0]) {
    case 0:
      return readShape(schema[4]);
    case 1:
      return lazily({ kind: "list" as const }, { member: () => readMember(schema[4]) });
    case 2:
      return lazily({ kind: "map" as const }, { key: () => readMember(schema[4]), value: () => readMember(schema[5]) });
    case 3:
    case 4:
    case ERROR_ID:
      return readStructure(schema);
    default:
      throw unreadable(schema);
  }
}

function readStructure(schema: Tuple): StructureShape {
  const [, , name, traits, names, references, requiredCount] = schema;
  if (typeof name !== "string" || !isTuple(names) || !isTuple(references)) {
    throw unreadable(schema);
  }
  const memberNames = names.filter((member) => typeof member === "string");
  return lazily(
    {
      kind: "structure" as const,
      name,
      traits: readTraits(traits),
      // The models list required members first, and how many there are.
      required: new Set(memberNames.slice(0, typeof requiredCount === "number" ? requiredCount : 0)),
    },
    { members: () => new Map(memberNames.map((member, index) => [member, readMember(references[index])])) },
  );
}

function readMember(reference: unknown): Member {
  // A member with own traits is a pair; a reference without is the shape.
  if (isTuple(reference) && reference.length === 2) {
    return { shape: readShape(reference[0]), traits: readTraits(reference[1]) };
  }
  return { shape: readShape(reference), traits: {} };
}

/** Adds properties that are computed when first read: schemas may refer to each other in circles. */
function lazily<Base extends object, Later extends Record<string, () => unknown>>(
  base: Base,
  later: Later,
): Base & { readonly [Name in keyof Later]: ReturnType<Later[Name]> } {
  for (const [name, compute] of Object.entries(later)) {
    Object.defineProperty(base, name, {
      enumerable: true,
      configurable: true,
      get() {
        const value = compute();
        Object.defineProperty(base, name, { value, enumerable: true });
        return value;
      },
    });
  }
  return base as Base & { readonly [Name in keyof Later]: ReturnType<Later[Name]> };
}

function readTraits(indicator: unknown): Traits {
  if (typeof indicator === "number") {
    return {
      ...((indicator & LABEL_BIT) !== 0 && { httpLabel: true }),
      ...((indicator & PAYLOAD_BIT) !== 0 && { httpPayload: true }),
    };
  }
  if (typeof indicator !== "object" || indicator === null) {
    return {};
  }
  const traits = new Map<string, unknown>(Object.entries(indicator));
  const texts = ["httpHeader", "httpQuery", "httpPrefixHeaders", "xmlName"] as const;
  const flags = ["httpLabel", "httpPayload", "xmlFlattened", "xmlAttribute"] as const;
  const http = traits.get("http");
  const queryError = traits.get("awsQueryError");
  return {
    ...Object.fromEntries(texts.filter((name) => traits.has(name)).map((name) => [name, String(traits.get(name))])),
    ...Object.fromEntries(flags.filter((name) => traits.has(name)).map((name) => [name, true])),
    ...(isTuple(http) && { http: [String(http[0]), String(http[1]), Number(http[2])] as const }),
    ...(isTuple(queryError) && { awsQueryError: String(queryError[0]) }),
  };
}

function unreadable(schema: unknown): Error {
  return new TypeError(
    `cannot read the schema ${JSON.stringify(schema)?.slice(0, 80)} of the AWS SDK: this version of the SDK lays its ` +
      "schemas out differently; install the versions in Fanfare's lock file",
  );
}
