import type { AttributeDefinition, KeySchemaElement } from "@aws-sdk/client-dynamodb";
import { invalidParameters, validation } from "../errors.ts";
import { LIMITS } from "../limits.ts";
import { attributeOf, type Item, pick, sortable, typeOf, type Value, valueSize } from "../values/index.ts";

export interface KeyAttribute {
  readonly name: string;
  readonly type: "S" | "N" | "B";
}

export interface KeySchema {
  readonly partition: KeyAttribute;
  readonly sort: KeyAttribute | undefined;
}

/** Where an item stands: both parts as strings that compare like the values. `sort` is empty without a sort key. */
export interface StoredKey {
  readonly partition: string;
  readonly sort: string;
}

/** The key schema of a table or index whose description was checked. */
export function keySchemaOf(
  elements: readonly KeySchemaElement[],
  definitions: readonly AttributeDefinition[],
): KeySchema {
  const attribute = (kind: "HASH" | "RANGE"): KeyAttribute | undefined => {
    const name = elements.find(({ KeyType }) => KeyType === kind)?.AttributeName;
    const type = definitions.find(({ AttributeName }) => AttributeName === name)?.AttributeType;
    return name === undefined || (type !== "S" && type !== "N" && type !== "B") ? undefined : { name, type };
  };
  const partition = attribute("HASH");
  if (partition === undefined) {
    throw new TypeError("the key schema has no partition key: it was not checked");
  }
  return { partition, sort: attribute("RANGE") };
}

export function keyAttributes({ partition, sort }: KeySchema): readonly KeyAttribute[] {
  return sort === undefined ? [partition] : [partition, sort];
}

export function keyNames(schema: KeySchema): readonly string[] {
  return keyAttributes(schema).map(({ name }) => name);
}

/** Only the key attributes of an item. */
export function keyOnly(schema: KeySchema, item: Item): Item {
  return pick(item, keyNames(schema));
}

/** Where the item of a `Key` stands. @throws AwsError `ValidationException` */
export function keyOfRequest(schema: KeySchema, key: Item): StoredKey {
  const attributes = keyAttributes(schema);
  const fits = attributes.every(({ name, type }) => attributeOf(key, name)?.[type] !== undefined);
  if (!fits || Object.keys(key).length !== attributes.length) {
    throw validation("The provided key element does not match the schema");
  }
  return storedKey(schema, key);
}

/** Where an item that is written stands. @throws AwsError `ValidationException` */
export function keyOfItem(schema: KeySchema, item: Item): StoredKey {
  for (const { name, type } of keyAttributes(schema)) {
    const value = attributeOf(item, name);
    if (value === undefined) {
      throw invalidParameters(`Missing the key ${name} in the item`);
    }
    if (typeOf(value) !== type) {
      throw invalidParameters(`Type mismatch for key ${name} expected: ${type} actual: ${typeOf(value)}`);
    }
  }
  return storedKey(schema, item);
}

/** Where an item stands in an index; undefined if it is not in it. */
export function keyInIndex(schema: KeySchema, item: Item): StoredKey | undefined {
  const isInside = keyAttributes(schema).every(({ name, type }) => attributeOf(item, name)?.[type] !== undefined);
  return isInside ? partsOf(schema, item) : undefined;
}

/** Refuses an item whose attributes cannot be keys of an index. @throws AwsError `ValidationException` */
export function checkIndexKeys(indexName: string, schema: KeySchema, item: Item): void {
  for (const { name, type } of keyAttributes(schema)) {
    const value = attributeOf(item, name);
    if (value === undefined) {
      continue;
    }
    if (typeOf(value) !== type) {
      throw invalidParameters(
        `Type mismatch for Index Key ${name} Expected: ${type} Actual: ${typeOf(value)} IndexName: ${indexName}`,
      );
    }
    if (isEmpty(value)) {
      throw validation(
        "One or more parameter values are not valid. A value specified for a secondary index key is not supported. " +
          `The AttributeValue for a key attribute cannot contain an empty ${kindOf(value)} value. IndexName: ${indexName}, IndexKey: ${name}`,
      );
    }
  }
}

function storedKey(schema: KeySchema, attributes: Item): StoredKey {
  const { partition, sort } = schema;
  for (const { name } of keyAttributes(schema)) {
    const value = attributeOf(attributes, name);
    if (value !== undefined && isEmpty(value)) {
      throw validation(
        `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty ${kindOf(value)} value. Key: ${name}`,
      );
    }
  }
  if (sizeAt(attributes, partition) > LIMITS.partitionKeyBytes) {
    throw invalidParameters(`Size of hashkey has exceeded the maximum size limit of${LIMITS.partitionKeyBytes} bytes`);
  }
  if (sort !== undefined && sizeAt(attributes, sort) > LIMITS.sortKeyBytes) {
    throw invalidParameters(
      `Aggregated size of all range keys has exceeded the size limit of ${LIMITS.sortKeyBytes} bytes`,
    );
  }
  return partsOf(schema, attributes);
}

function partsOf({ partition, sort }: KeySchema, attributes: Item): StoredKey {
  return { partition: partOf(attributes, partition), sort: sort === undefined ? "" : partOf(attributes, sort) };
}

function partOf(attributes: Item, { name }: KeyAttribute): string {
  const value = attributeOf(attributes, name);
  const part = value === undefined ? undefined : sortable(value);
  if (part === undefined) {
    throw new TypeError(`the key attribute ${name} has no order: it was not checked`);
  }
  return part;
}

function sizeAt(attributes: Item, { name }: KeyAttribute): number {
  const value = attributeOf(attributes, name);
  return value === undefined ? 0 : valueSize(value);
}

function isEmpty(value: Value): boolean {
  return value.S === "" || value.B?.byteLength === 0;
}

function kindOf(value: Value): string {
  return value.S === undefined ? "binary" : "string";
}
