import { Stage } from "aws-cdk-lib";
import type * as lambda from "aws-cdk-lib/aws-lambda";
import type { IConstruct } from "constructs";
import { definedFunctionOf } from "../access/index.ts";
import { identityOf, refuseIf } from "../checks/index.ts";
import type { ConsumerSource } from "./sources.ts";

/** The function that has a name in a table, and the construct that gave it. */
interface NameHolder {
  readonly fn: string;
  readonly path: string;
}

/** Holders by table and name, for each stage. */
const holders = new WeakMap<IConstruct, Map<string, NameHolder>>();

/**
 * Refuses a consumer's name that another function has in the same idempotency table. An event that one of them has processed would
 * be a duplicate for the other, whose handler would never run.
 */
export function refuseSharedName(scope: IConstruct, handler: lambda.IFunction, source: ConsumerSource): void {
  const { consumer, idempotencyTable } = source;
  if (idempotencyTable === undefined) {
    return;
  }
  const table = identityOf(scope, idempotencyTable.tableArn);
  const fn = definedFunctionOf(handler)?.node.path ?? identityOf(scope, handler.functionArn);
  const stage = Stage.of(scope) ?? scope.node.root;
  const known = holders.get(stage) ?? new Map<string, NameHolder>();
  holders.set(stage, known);

  const key = JSON.stringify([table, consumer]);
  const holder = known.get(key);
  refuseIf(scope, holder !== undefined && holder.fn !== fn, {
    field: "consumer",
    message: `the consumer's name "${consumer}" is that of ${holder?.path}, which uses the same idempotency table: an event processed by one of the two would be a duplicate for the other, whose handler would never run`,
    remedy: `give each its own name (consumer: "${consumer}-2", for example) or its own idempotencyTable`,
  });
  known.set(key, holder ?? { fn, path: scope.node.path });
}
