import type { Tag } from "@aws-sdk/client-dynamodb";
import { resourceNotFound, validation } from "../errors.ts";
import { LIMITS } from "../limits.ts";
import type { Table } from "../model/index.ts";
import type { DynamoDbHandler } from "../operations.ts";
import type { DynamoDbState } from "../state.ts";

/** Source: Developer Guide, "Tagging restrictions in DynamoDB". */
const MAX_KEY_CHARACTERS = 128;
const MAX_VALUE_CHARACTERS = 256;

/** @throws AwsError `ResourceNotFoundException`, `ValidationException` */
export const tagResource: DynamoDbHandler<"TagResource"> = (state, _context, input) => {
  const table = requireByArn(state, input.ResourceArn);
  const tags = new Map(table.definition.tags);
  for (const { Key = "", Value = "" } of checkTags(input.Tags ?? [])) {
    tags.set(Key, Value);
  }
  if (tags.size > LIMITS.tags) {
    throw validation(`Too many tags: a table can have at most ${LIMITS.tags}`);
  }
  table.redefine({ tags: [...tags] });
  return {};
};

/** @throws AwsError `ResourceNotFoundException` */
export const untagResource: DynamoDbHandler<"UntagResource"> = (state, _context, input) => {
  const table = requireByArn(state, input.ResourceArn);
  const removed = new Set(input.TagKeys);
  table.redefine({ tags: table.definition.tags.filter(([key]) => !removed.has(key)) });
  return {};
};

/** @throws AwsError `ResourceNotFoundException` */
export const listTagsOfResource: DynamoDbHandler<"ListTagsOfResource"> = (state, _context, input) => {
  const { tags } = requireByArn(state, input.ResourceArn).definition;
  return { Tags: tags.map(([Key, Value]) => ({ Key, Value })) };
};

/** @throws AwsError `ValidationException` */
export function checkTags(tags: readonly Tag[]): readonly Tag[] {
  const keys = tags.map(({ Key }) => Key ?? "");
  if (new Set(keys).size < keys.length) {
    throw validation("One or more parameter values were invalid: Tag keys must be unique");
  }
  const isWrong = ({ Key = "", Value = "" }: Tag) =>
    Key === "" || Key.length > MAX_KEY_CHARACTERS || Value.length > MAX_VALUE_CHARACTERS || Key.startsWith("aws:");
  const wrong = tags.find(isWrong);
  if (wrong !== undefined) {
    throw validation(
      `The tag "${wrong.Key ?? ""}" is invalid: a key has 1 to ${MAX_KEY_CHARACTERS} characters and does not start with aws:, a value has at most ${MAX_VALUE_CHARACTERS}`,
    );
  }
  return tags;
}

function requireByArn(state: DynamoDbState, arn: string | undefined): Table {
  const table = arn === undefined ? undefined : state.tables.get(arn);
  if (table === undefined) {
    throw resourceNotFound(`ResourceArn: ${arn ?? "null"} not found`);
  }
  return table;
}
