import { validation } from "../errors.ts";
import type { KeyTest } from "../expressions/index.ts";
import { type Collection, type Entry, firstIndex, type KeyAttribute, type KeySchema } from "../model/index.ts";
import { sortable, typeOf, type Value } from "../values/index.ts";

/** The entries that fit the key condition, in the order of their sort keys. */
export interface KeyRange {
  readonly partition: string;
  readonly entries: readonly Entry[];
}

/** @throws AwsError `ValidationException` for a condition that is not one on this key */
export function keyRange(schema: KeySchema, collection: Collection, tests: ReadonlyMap<string, KeyTest>): KeyRange {
  const { partition: hash, sort: range } = schema;
  const hashTest = tests.get(hash.name);
  if (hashTest === undefined) {
    throw validation(`Query condition missed key schema element: ${hash.name}`);
  }
  if (hashTest.kind !== "compare" || hashTest.comparator !== "=") {
    throw validation("Query key condition not supported");
  }
  const others = [...tests.keys()].filter((name) => name !== hash.name);
  const rangeTest = range === undefined ? undefined : tests.get(range.name);
  if (others.length > 1 || (others.length === 1 && rangeTest === undefined)) {
    throw validation(
      range === undefined || others.length > 1
        ? "Query key condition not supported"
        : `Query condition missed key schema element: ${range.name}`,
    );
  }
  const partition = part(hash, hashTest.value);
  const entries = collection.entriesOf(partition);
  return {
    partition,
    entries: range === undefined || rangeTest === undefined ? entries : within(entries, range, rangeTest),
  };
}

function within(entries: readonly Entry[], attribute: KeyAttribute, test: KeyTest): readonly Entry[] {
  const atOrAfter = (value: Value) => firstIndex(entries, ({ key }) => key.sort >= part(attribute, value));
  const after = (value: Value) => firstIndex(entries, ({ key }) => key.sort > part(attribute, value));
  switch (test.kind) {
    case "between":
      return entries.slice(atOrAfter(test.low), after(test.high));
    case "beginsWith": {
      const start = part(attribute, test.start);
      return entries.slice(
        atOrAfter(test.start),
        firstIndex(entries, ({ key }) => key.sort > start && !key.sort.startsWith(start)),
      );
    }
    case "compare":
      switch (test.comparator) {
        case "=":
          return entries.slice(atOrAfter(test.value), after(test.value));
        case "<":
          return entries.slice(0, atOrAfter(test.value));
        case "<=":
          return entries.slice(0, after(test.value));
        case ">":
          return entries.slice(after(test.value));
        case ">=":
          return entries.slice(atOrAfter(test.value));
      }
  }
}

function part({ type, name }: KeyAttribute, value: Value): string {
  if (typeOf(value) !== type) {
    throw validation("One or more parameter values were invalid: Condition parameter type does not match schema type");
  }
  if (value.S === "" || value.B?.byteLength === 0) {
    throw validation(
      "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty " +
        `${value.S === undefined ? "binary" : "string"} value. Key: ${name}`,
    );
  }
  return sortable(value) ?? "";
}
