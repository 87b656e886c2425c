import type {
  AttributeDefinition,
  CreateTableCommandInput,
  GlobalSecondaryIndex,
  KeySchemaElement,
  LocalSecondaryIndex,
  Projection,
  ProvisionedThroughput,
} from "@aws-sdk/client-dynamodb";
import { constraint, invalidParameters, validation } from "../errors.ts";
import { LIMITS } from "../limits.ts";
import type { IndexDefinition, Throughput } from "../model/index.ts";

/** Attributes that indexes of a table may project in sum. Source: Developer Guide, "Quotas in Amazon DynamoDB". */
const MAX_PROJECTED = 100;

type BillingMode = "PROVISIONED" | "PAY_PER_REQUEST";

/** Checks a key schema against the definitions of its attributes. @throws AwsError `ValidationException` */
export function checkKeySchema(
  schema: readonly KeySchemaElement[] | undefined,
  definitions: readonly AttributeDefinition[],
): readonly KeySchemaElement[] {
  const [hash, range] = schema ?? [];
  if (schema === undefined || hash === undefined) {
    throw constraint("keySchema", schema === undefined ? undefined : "[]", "have length greater than or equal to 1");
  }
  if (hash.KeyType !== "HASH") {
    throw validation("Invalid KeySchema: The first KeySchemaElement is not a HASH key type");
  }
  if (schema.length > 2) {
    throw constraint("keySchema", `${schema.length} elements`, "have length less than or equal to 2");
  }
  if (range !== undefined && range.KeyType !== "RANGE") {
    throw validation("Invalid KeySchema: The second KeySchemaElement is not a RANGE key type");
  }
  if (range !== undefined && range.AttributeName === hash.AttributeName) {
    throw validation("Both the Hash Key and the Range Key element in the KeySchema have the same name");
  }
  for (const { AttributeName } of schema) {
    if (!definitions.some((definition) => definition.AttributeName === AttributeName)) {
      const names = definitions.map((definition) => definition.AttributeName).join(", ");
      const keys = schema.map((element) => element.AttributeName).join(", ");
      throw invalidParameters(
        `Some index key attributes are not defined in AttributeDefinitions. Keys: [${keys}], AttributeDefinitions: [${names}]`,
      );
    }
  }
  return schema.map(({ AttributeName, KeyType }) => ({ AttributeName, KeyType }));
}

/** @throws AwsError `ValidationException` for definitions that are wrong, or that no key uses */
export function checkDefinitions(
  definitions: readonly AttributeDefinition[] | undefined,
  schemas: readonly (readonly KeySchemaElement[])[],
): void {
  for (const [index, { AttributeType }] of (definitions ?? []).entries()) {
    if (AttributeType !== "S" && AttributeType !== "N" && AttributeType !== "B") {
      throw constraint(
        `attributeDefinitions.${index + 1}.member.attributeType`,
        AttributeType,
        "satisfy enum value set: [B, N, S]",
      );
    }
  }
  const used = new Set(schemas.flatMap((schema) => schema.map(({ AttributeName }) => AttributeName)));
  const unused = (definitions ?? []).filter(({ AttributeName }) => !used.has(AttributeName));
  if (unused.length > 0) {
    throw invalidParameters(
      "Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions",
    );
  }
}

/** @throws AwsError `ValidationException` */
export function checkThroughput(
  billingMode: BillingMode,
  given: ProvisionedThroughput | undefined,
  index?: string,
): Throughput {
  if (billingMode === "PAY_PER_REQUEST") {
    if (given !== undefined && index === undefined) {
      throw invalidParameters(
        "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST",
      );
    }
    return { read: 0, write: 0 };
  }
  if (given === undefined) {
    throw invalidParameters(
      index === undefined
        ? "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED"
        : `ProvisionedThroughput is not specified for index: ${index}`,
    );
  }
  const [read, write] = [given.ReadCapacityUnits ?? 0, given.WriteCapacityUnits ?? 0];
  for (const [field, value] of [
    ["readCapacityUnits", read],
    ["writeCapacityUnits", write],
  ] as const) {
    if (value < 1) {
      throw constraint(`provisionedThroughput.${field}`, value, "have value greater than or equal to 1");
    }
  }
  return { read, write };
}

/** @throws AwsError `ValidationException` */
export function checkIndexes(
  { LocalSecondaryIndexes, GlobalSecondaryIndexes, AttributeDefinitions = [], KeySchema = [] }: CreateTableCommandInput,
  billingMode: BillingMode,
): readonly IndexDefinition[] {
  checkCount("LocalSecondaryIndexes", LocalSecondaryIndexes, LIMITS.localIndexes);
  checkCount("GlobalSecondaryIndexes", GlobalSecondaryIndexes, LIMITS.globalIndexes);
  const local = (LocalSecondaryIndexes ?? []).map((index) => localIndex(index, AttributeDefinitions, KeySchema));
  const global = (GlobalSecondaryIndexes ?? []).map((index) => globalIndex(index, AttributeDefinitions, billingMode));
  const all = [...local, ...global];
  const repeated = all.find(({ name }, at) => all.findIndex((other) => other.name === name) < at);
  if (repeated !== undefined) {
    throw invalidParameters(`Duplicate index name: ${repeated.name}`);
  }
  const projected = all.reduce((sum, { projection }) => sum + (projection.NonKeyAttributes?.length ?? 0), 0);
  if (projected > MAX_PROJECTED) {
    throw invalidParameters(`The number of attributes projected by all indexes exceeds ${MAX_PROJECTED}: ${projected}`);
  }
  return all;
}

function localIndex(
  index: LocalSecondaryIndex,
  definitions: readonly AttributeDefinition[],
  tableKeys: readonly KeySchemaElement[],
): IndexDefinition {
  const name = checkIndexName(index.IndexName);
  const keySchema = checkKeySchema(index.KeySchema, definitions);
  if (tableKeys.length < 2) {
    throw invalidParameters(
      "Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex",
    );
  }
  if (keySchema[0]?.AttributeName !== tableKeys[0]?.AttributeName) {
    throw invalidParameters(
      `Table KeySchema and index ${name} do not have the same hash key: a local index has the partition key of its table`,
    );
  }
  if (keySchema.length < 2) {
    throw invalidParameters(`Index KeySchema does not have a range key for index: ${name}`);
  }
  return {
    name,
    kind: "local",
    keySchema,
    projection: checkProjection(index.Projection),
    throughput: { read: 0, write: 0 },
  };
}

/** @throws AwsError `ValidationException` */
export function globalIndex(
  index: GlobalSecondaryIndex,
  definitions: readonly AttributeDefinition[],
  billingMode: BillingMode,
): IndexDefinition {
  const name = checkIndexName(index.IndexName);
  return {
    name,
    kind: "global",
    keySchema: checkKeySchema(index.KeySchema, definitions),
    projection: checkProjection(index.Projection),
    throughput: checkThroughput(billingMode, index.ProvisionedThroughput, name),
  };
}

function checkIndexName(name: string | undefined): string {
  if (name === undefined || name.length < 3 || name.length > 255 || !/^[a-zA-Z0-9_.-]+$/.test(name)) {
    throw constraint("indexName", name, "satisfy regular expression pattern: [a-zA-Z0-9_.-]+ and have length 3 to 255");
  }
  return name;
}

function checkProjection(projection: Projection | undefined): Projection {
  const { ProjectionType, NonKeyAttributes } = projection ?? {};
  if (ProjectionType !== "ALL" && ProjectionType !== "KEYS_ONLY" && ProjectionType !== "INCLUDE") {
    throw invalidParameters(
      ProjectionType === undefined ? "Unknown ProjectionType: null" : `Unknown ProjectionType: ${ProjectionType}`,
    );
  }
  if (ProjectionType === "INCLUDE" && NonKeyAttributes === undefined) {
    throw invalidParameters("ProjectionType is INCLUDE, but NonKeyAttributes is not specified");
  }
  if (ProjectionType !== "INCLUDE" && NonKeyAttributes !== undefined) {
    throw invalidParameters(`ProjectionType is ${ProjectionType}, but NonKeyAttributes is specified`);
  }
  return { ProjectionType, ...(NonKeyAttributes === undefined ? {} : { NonKeyAttributes }) };
}

function checkCount(field: string, indexes: readonly unknown[] | undefined, limit: number): void {
  if (indexes?.length === 0) {
    throw invalidParameters(`List of ${field} is empty`);
  }
  if ((indexes?.length ?? 0) > limit) {
    throw invalidParameters(`${field} count exceeds the per-table limit of ${limit}`);
  }
}
