import * as dynamodb from "aws-cdk-lib/aws-dynamodb";
import type { IConstruct } from "constructs";
import { IDEMPOTENCY_ITEM } from "../../../lib/names/index.ts";
import { checkNowAndAtSynthesis, deployed, isObject, refuseIf } from "../checks/index.ts";

const REMEDY = "use new IdempotencyTable(this, ...), or leave idempotencyTable out";

/**
 * Checks that the user's own table has the key and the time to live that the store writes. Those of an imported table are not known.
 *
 * @throws FanfareError `ConfigurationInvalid` for a table on which every claim would fail, or that would grow without end
 */
export function checkIdempotencyTable(scope: IConstruct, table: dynamodb.ITable): void {
  const resource = table.node.defaultChild;
  if (resource instanceof dynamodb.CfnTable || resource instanceof dynamodb.CfnGlobalTable) {
    checkNowAndAtSynthesis(scope, () => checkTable(scope, resource));
  }
}

function checkTable(scope: IConstruct, resource: dynamodb.CfnTable | dynamodb.CfnGlobalTable): void {
  const { AttributeDefinitions, KeySchema, TimeToLiveSpecification: expiry } = deployed(resource);
  const types = new Map(objects(AttributeDefinitions).map((each) => [each.AttributeName, each]));
  const describe = ({ AttributeName: name, KeyType: keyType }: Record<string, unknown>) =>
    `${keyType === "HASH" ? "partition" : "sort"} key ${name} (${types.get(name)?.AttributeType})`;
  const key = objects(KeySchema).map(describe).join(" and the ");
  const needed = `partition key ${IDEMPOTENCY_ITEM.key} (S)`;
  refuseIf(scope, key !== needed, {
    field: "idempotencyTable",
    message: `idempotencyTable has the ${key}, but the store needs the ${needed} and no sort key`,
    remedy: REMEDY,
  });
  const attribute = isObject(expiry) && expiry.Enabled === true ? expiry.AttributeName : undefined;
  refuseIf(scope, attribute !== IDEMPOTENCY_ITEM.expiry, {
    field: "idempotencyTable",
    message: `idempotencyTable has ${attribute === undefined ? "no time to live" : `the time to live ${attribute}`}, but the store writes ${IDEMPOTENCY_ITEM.expiry}: records would never be deleted`,
    remedy: `set timeToLiveAttribute: "${IDEMPOTENCY_ITEM.expiry}", or ${REMEDY}`,
  });
}

function objects(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
