import { validation } from "../errors.ts";
import type { Condition, Path, UpdateAction } from "./ast.ts";
import { readCondition } from "./condition.ts";
import { type KeyTest, keyTests } from "./key-condition.ts";
import { checkOverlaps } from "./overlaps.ts";
import { type PlaceholderInput, Placeholders } from "./placeholders.ts";
import { ExpressionReader } from "./reader.ts";
import { readUpdate } from "./update.ts";

/** The expressions that a request may have. */
export interface ExpressionInput extends PlaceholderInput {
  readonly ConditionExpression?: string | undefined;
  readonly FilterExpression?: string | undefined;
  readonly KeyConditionExpression?: string | undefined;
  readonly ProjectionExpression?: string | undefined;
  readonly UpdateExpression?: string | undefined;
}

/** The expressions of a request, read. */
export interface Expressions {
  readonly update: readonly UpdateAction[] | undefined;
  readonly condition: Condition | undefined;
  readonly filter: Condition | undefined;
  readonly keys: ReadonlyMap<string, KeyTest> | undefined;
  readonly projection: readonly Path[] | undefined;
}

/**
 * Reads the expressions of a request.
 *
 * @throws AwsError `ValidationException` for what cannot be read, and for placeholders that no expression uses
 */
export function readExpressions(input: ExpressionInput): Expressions {
  const { ConditionExpression, FilterExpression, KeyConditionExpression, ProjectionExpression, UpdateExpression } =
    input;
  const texts = [ConditionExpression, FilterExpression, KeyConditionExpression, ProjectionExpression, UpdateExpression];
  const placeholders = new Placeholders(
    input,
    texts.some((text) => text !== undefined),
  );
  const read = <R>(kind: string, text: string | undefined, by: (reader: ExpressionReader) => R): R | undefined =>
    text === undefined ? undefined : by(new ExpressionReader(kind, text, placeholders));
  const update = read("UpdateExpression", UpdateExpression, readUpdate);
  const condition = read("ConditionExpression", ConditionExpression, readCondition);
  const keyCondition = read("KeyConditionExpression", KeyConditionExpression, readCondition);
  const filter = read("FilterExpression", FilterExpression, readCondition);
  const projection = read("ProjectionExpression", ProjectionExpression, readProjection);
  placeholders.checkAllUsed();
  return {
    update,
    condition,
    filter,
    projection,
    keys: keyCondition === undefined ? undefined : keyTests(keyCondition),
  };
}

function readProjection(reader: ExpressionReader): readonly Path[] {
  const paths: Path[] = [];
  do {
    paths.push(reader.path());
  } while (reader.accept(","));
  reader.expectEnd();
  checkOverlaps(reader, paths);
  return paths;
}

/** The names of the top attributes that a condition looks at. */
export function attributesIn(condition: Condition): ReadonlySet<string> {
  const names = new Set<string>();
  JSON.stringify(condition, (key, part: unknown) => {
    if (key === "path" && Array.isArray(part)) {
      names.add(String(part[0]));
    }
    return key === "value" ? undefined : part;
  });
  return names;
}

/** @throws AwsError `ValidationException` for a filter on key attributes, which belong into the key condition */
export function refuseFilterOnKeys(filter: Condition | undefined, keyNames: readonly string[]): void {
  const names = filter === undefined ? new Set<string>() : attributesIn(filter);
  const key = keyNames.find((name) => names.has(name));
  if (key !== undefined) {
    throw validation(`Filter Expression can only contain non-primary key attributes: Primary key attribute: ${key}`);
  }
}
