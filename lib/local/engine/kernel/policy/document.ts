import { isJsonObject, type JsonObject, parseJson } from "../../../../std/index.ts";

/** A resource policy with its statements as a list. */
export interface PolicyDocument {
  /** What the document holds besides `Statement`. */
  readonly header: JsonObject;
  readonly statements: readonly JsonObject[];
}

/**
 * Reads the JSON of a resource policy. A single statement counts as a list of one. Statements are not checked here: one that
 * cannot be evaluated allows nothing.
 *
 * @returns undefined when the string is not a JSON object with `Statement`, an object or a list of objects
 */
export function parsePolicy(text: string): PolicyDocument | undefined {
  const document = parseJson(text);
  if (!isJsonObject(document)) {
    return undefined;
  }
  const { Statement: given, ...header } = document;
  const statements = given === undefined ? [undefined] : listOf(given);
  return statements.every(isJsonObject) ? { header, statements } : undefined;
}

/** The JSON of a policy. */
export function writePolicy({ header, statements }: PolicyDocument): string {
  return JSON.stringify({ ...header, Statement: statements });
}

/** The statement that AddPermission of SNS and SQS adds. A list of one is written as its only value, as AWS does. */
export function permissionStatement(permission: {
  readonly label: string;
  readonly partition: string;
  readonly accountIds: readonly string[];
  /** With the service, for example `SNS:Publish`. */
  readonly actions: readonly string[];
  readonly resource: string;
}): JsonObject {
  const { label, partition, accountIds, actions, resource } = permission;
  const single = (values: readonly string[]) => (values.length === 1 && values[0] !== undefined ? values[0] : values);
  return {
    Sid: label,
    Effect: "Allow",
    Principal: { AWS: single(accountIds.map((accountId) => `arn:${partition}:iam::${accountId}:root`)) },
    Action: single(actions),
    Resource: resource,
  };
}

/** Policies write one value, or a list of values. */
export function listOf<Value>(value: Value | readonly Value[] | undefined): readonly Value[] {
  if (value === undefined) {
    return [];
  }
  return isList(value) ? value : [value];
}

function isList<Value>(value: Value | readonly Value[]): value is readonly Value[] {
  return Array.isArray(value);
}
