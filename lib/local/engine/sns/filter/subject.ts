import { isJsonObject, parseJson } from "../../../../std/index.ts";
import { type FilterPolicyScope, isScalar, type Scalar } from "./types.ts";

/** One value of a message, with its place in the arrays around it. */
export interface Leaf {
  readonly value: Scalar;
  /** For each array on the way from the root, by its identity, the index that was taken. */
  readonly positions: ReadonlyMap<number, number>;
}

/** A message as a filter sees it: the values at each path (names joined by dots). */
export interface FilterSubject {
  readonly leaves: ReadonlyMap<string, readonly Leaf[]>;
  /** Whether there is nothing at all that a filter could look at. */
  readonly isEmpty: boolean;
}

/** The parts of a message attribute that a filter reads. */
export interface FilterableAttribute {
  readonly DataType?: string | undefined;
  readonly StringValue?: string | undefined;
}

/**
 * What filters of either scope see of one message. Made once a message and shared by all subscriptions; the body is parsed
 * only when a subscription filters on it.
 */
export class FilterableMessage {
  readonly #attributes: Readonly<Record<string, FilterableAttribute>>;
  readonly #body: string;
  #attributeSubject: FilterSubject | undefined;
  #bodySubject: { readonly subject: FilterSubject | undefined } | undefined;

  constructor(attributes: Readonly<Record<string, FilterableAttribute>>, body: string) {
    this.#attributes = attributes;
    this.#body = body;
  }

  /** Undefined when the message has nothing for this scope: then no filter policy matches it. */
  subject(scope: FilterPolicyScope): FilterSubject | undefined {
    if (scope === "MessageBody") {
      this.#bodySubject ??= { subject: subjectOfBody(this.#body) };
      return this.#bodySubject.subject;
    }
    this.#attributeSubject ??= subjectOfAttributes(this.#attributes);
    return this.#attributeSubject;
  }
}

/**
 * Message attributes of type String, String.Array and Number; Binary ones are ignored.
 *
 * Source: Amazon SNS Developer Guide, "Filter policy constraints in Amazon SNS".
 */
export function subjectOfAttributes(attributes: Readonly<Record<string, FilterableAttribute>>): FilterSubject {
  const leaves = new Map<string, Leaf[]>();
  let isEmpty = true;
  for (const [name, { DataType: type, StringValue: text }] of Object.entries(attributes)) {
    if (type === undefined || text === undefined || type.startsWith("Binary")) {
      continue;
    }
    // A String.Array that does not contain an array has no values, but it is an attribute.
    isEmpty = false;
    const values = attributeValues(type, text);
    if (values.length > 0) {
      leaves.set(
        name,
        values.map((value) => ({ value, positions: NOWHERE })),
      );
    }
  }
  return { leaves, isEmpty };
}

/** A body that is no JSON object matches no filter policy of scope MessageBody. */
export function subjectOfBody(body: string): FilterSubject | undefined {
  const parsed = parseJson(body);
  if (!isJsonObject(parsed)) {
    return undefined;
  }
  const leaves = new Map<string, Leaf[]>();
  let arrays = 0;
  const visit = (value: unknown, path: string, positions: ReadonlyMap<number, number>): void => {
    if (Array.isArray(value)) {
      const array = arrays++;
      value.forEach((element, index) => {
        visit(element, path, new Map(positions).set(array, index));
      });
    } else if (isJsonObject(value)) {
      for (const [key, inner] of Object.entries(value)) {
        visit(inner, path === "" ? key : `${path}.${key}`, positions);
      }
    } else {
      const leaf: Leaf = { value: value as Scalar, positions };
      const present = leaves.get(path);
      if (present === undefined) {
        leaves.set(path, [leaf]);
      } else {
        present.push(leaf);
      }
    }
  };
  visit(parsed, "", NOWHERE);
  return { leaves, isEmpty: leaves.size === 0 };
}

const NOWHERE: ReadonlyMap<number, number> = new Map();

function attributeValues(type: string, text: string): Scalar[] {
  if (type === "String.Array") {
    return arrayValues(text);
  }
  if (type === "String" || type.startsWith("String.")) {
    return [text];
  }
  if (type === "Number" || type.startsWith("Number.")) {
    const number = Number(text);
    return text.trim() === "" || !Number.isFinite(number) ? [] : [number];
  }
  return [];
}

/** The elements of a `String.Array`: strings, numbers, booleans and null; any other string has no values. */
function arrayValues(text: string): Scalar[] {
  const parsed = parseJson(text);
  return Array.isArray(parsed) ? parsed.filter(isScalar) : [];
}
