import { isJsonObject, type Json, type JsonObject, objectOf, parseJson, type SqsRecord } from "../../std/index.ts";
import { compileRule, type FieldTest, invalid } from "./filter-rules.ts";

type ObjectTest = (value: JsonObject) => boolean;

/** Whether the function receives a record. A record that does not match is deleted from the queue, as on Lambda. */
export type RecordFilter = (record: SqsRecord) => boolean;

/**
 * Compiles the patterns of `FilterCriteria`. A record passes when any pattern matches, or when there is none.
 *
 * `body` as an object of patterns matches bodies that are JSON objects; `body` as a list matches bodies that are plain
 * text; where pattern and body are not of the same kind the record does not match.
 *
 * @throws LocalError `MappingInvalid` for a pattern that Lambda would refuse.
 */
export function compileFilters(patterns: readonly string[]): RecordFilter {
  const tests = patterns.map(compileFilter);
  return (record) => tests.length === 0 || tests.some((test) => test(record));
}

/**
 * Compiles an event pattern, the language of filters and of EventBridge's rules.
 *
 * @throws LocalError `MappingInvalid` for a pattern that AWS would refuse.
 */
export function compilePattern(pattern: JsonObject): ObjectTest {
  return compileObject(pattern);
}

function compileFilter(text: string): RecordFilter {
  const pattern = parseObject(text);
  if (pattern === undefined) {
    throw invalid(`not a JSON object: ${text}`);
  }
  const { body, ...metadata } = pattern;
  const testMetadata = compileObject(metadata);
  const testBody = body === undefined ? () => true : compileBody(body);
  return (record) => testBody(record.body) && testMetadata(objectOf(record));
}

function compileBody(pattern: Json): (body: string) => boolean {
  if (isJsonObject(pattern)) {
    const test = compileObject(pattern);
    return (body) => {
      const parsed = parseObject(body);
      return parsed !== undefined && test(parsed);
    };
  }
  const test = compileField(pattern);
  return (body) => parseObject(body) === undefined && test(body);
}

function compileObject(pattern: JsonObject): ObjectTest {
  const tests = Object.entries(pattern).map(([name, inner]): ObjectTest => {
    if (name === "$or") {
      return compileOr(inner);
    }
    if (isJsonObject(inner)) {
      const test = compileObject(inner);
      // An absent object is tested as an empty one: `exists: false` below it is then true.
      return (value) => nested(ownValue(value, name)).some(test);
    }
    const test = compileField(inner);
    return (value) => test(ownValue(value, name));
  });
  return (value) => tests.every((test) => test(value));
}

function compileOr(alternatives: Json): ObjectTest {
  if (!Array.isArray(alternatives) || alternatives.length === 0) {
    throw invalid("$or takes a list of patterns");
  }
  const tests = alternatives.map((alternative: Json) => {
    if (!isJsonObject(alternative)) {
      throw invalid("$or takes a list of objects");
    }
    return compileObject(alternative);
  });
  return (value) => tests.some((test) => test(value));
}

function compileField(rules: Json): FieldTest {
  if (!Array.isArray(rules) || rules.length === 0) {
    throw invalid(`the values of a field must be a list with at least one entry, not ${JSON.stringify(rules)}`);
  }
  const tests = rules.map((rule: Json) => compileRule(rule));
  const test: FieldTest = (value) => tests.some((each) => each(value));
  // A field that holds a list matches when one of its elements does.
  return (value) => (Array.isArray(value) ? value.some((element: Json) => test(element)) : test(value));
}

function ownValue(value: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(value, name) ? value[name] : undefined;
}

function nested(value: Json | undefined): readonly JsonObject[] {
  if (Array.isArray(value)) {
    return value.filter(isJsonObject);
  }
  return isJsonObject(value) ? [value] : value === undefined ? [{}] : [];
}

function parseObject(text: string): JsonObject | undefined {
  const parsed = parseJson(text);
  return isJsonObject(parsed) ? parsed : undefined;
}
