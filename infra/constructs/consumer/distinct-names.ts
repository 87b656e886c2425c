import type * as dynamodb from "aws-cdk-lib/aws-dynamodb";
import type * as lambda from "aws-cdk-lib/aws-lambda";
import type { IConstruct } from "constructs";
import { definedFunctionOf } from "../access/index.ts";
import { type Identify, identities, refuseIf, stageOf } from "../checks/index.ts";
import type { ConsumerSource } from "./sources.ts";

/** The function that has a name in a table, and the construct that gave it. */
interface NameHolder {
  readonly scope: IConstruct;
  readonly consumer: string;
  readonly table: dynamodb.ITable;
  readonly handler: lambda.IFunction;
}

/** Holders of names, for each stage. */
const holders = new WeakMap<IConstruct, NameHolder[]>();

/**
 * Refuses a consumer's name that another function has in the same idempotency table. An event that one of them has processed would
 * be a duplicate for the other, whose handler would never run. Tables are compared anew each time: one may be imported by its name first,
 * and created later.
 */
export function refuseSharedName(scope: IConstruct, handler: lambda.IFunction, source: ConsumerSource): void {
  const { consumer, idempotencyTable: table } = source;
  if (table === undefined) {
    return;
  }
  const own: NameHolder = { scope, consumer, table, handler };
  const known = holders.get(stageOf(scope)) ?? [];
  holders.set(stageOf(scope), known);

  const identify = identities(scope);
  const holder = known.find((other) => isSameName(own, other, identify));
  refuseIf(scope, holder !== undefined, {
    field: "consumer",
    message: `the consumer's name "${consumer}" is that of ${holder?.scope.node.path}, which uses the same idempotency table: an event processed by one of the two would be a duplicate for the other, whose handler would never run`,
    remedy: `give each its own name (consumer: "${consumer}-2", for example) or its own idempotencyTable`,
  });
  known.push(own);
}

function isSameName(own: NameHolder, other: NameHolder, identify: Identify): boolean {
  const functionOf = ({ handler }: NameHolder) =>
    definedFunctionOf(handler)?.node.path ?? identify(handler.functionArn);
  return (
    own.consumer === other.consumer &&
    identify(own.table.tableArn) === identify(other.table.tableArn) &&
    functionOf(own) !== functionOf(other)
  );
}
