import { Stack } from "aws-cdk-lib";
import type * as dynamodb from "aws-cdk-lib/aws-dynamodb";
import type * as lambda from "aws-cdk-lib/aws-lambda";
import type { IConstruct } from "constructs";
import { definedFunctionOf, refuseUnnamed } from "../access/index.ts";
import { refuseIf } from "../checks/index.ts";
import { describePlace, differs, isElsewhere, placeOf, placeOfArn } from "../places/index.ts";

/**
 * Checks that a function can consume a queue of this stack. Queue and function must be in the same Region (AWS Lambda Developer Guide,
 * "Using Lambda with Amazon SQS"). A function of another stack would refer to the queue, while the event source mapping refers
 * to the function: CDK could deploy neither stack first.
 *
 * @throws FanfareError `ConfigurationInvalid` for a function of another Region, account or stack
 */
export function checkHandlerPlace(scope: IConstruct, handler: lambda.IFunction): void {
  const here = placeOf(scope);
  refuseIf(scope, isElsewhere(handler.env, here), {
    field: "handler",
    message: `handler is in ${describePlace(handler.env)}, but its queue would be in ${describePlace(here)}; the event source mapping, the queue and the function must be in one account and Region`,
    remedy: "create the queue beside the function: fanOut(id, { scope: stackOfTheFunction, handler, ... })",
  });
  const fn = definedFunctionOf(handler);
  const stack = fn === undefined ? undefined : Stack.of(fn);
  refuseIf(scope, stack !== undefined && stack !== Stack.of(scope), {
    field: "handler",
    message: `handler is in the stack ${stack?.node.path}, but its queue would be in ${Stack.of(scope).node.path}: each stack would refer to the other, and CDK refuses such a cycle`,
    remedy:
      "create the queue in the stack of the function: fanOut(id, { scope: stackOfTheFunction, handler, ... }), or the WorkQueue itself in that stack",
  });
}

/** Returns the name of a table, or its ARN if the client must be told the Region. */
export function tableAddress(table: dynamodb.ITable, scope: IConstruct): string {
  const { region } = placeOfArn(table.tableArn, table.env);
  return differs(region, placeOf(scope).region) ? table.tableArn : table.tableName;
}

/**
 * Checks that a handler can reach its idempotency table by name. A table of another Region is named by its ARN.
 *
 * @throws FanfareError `ConfigurationInvalid` for a table of another account, or of another Region without a name
 */
export function checkTablePlace(scope: IConstruct, table: dynamodb.ITable): void {
  refuseUnnamed(scope, "idempotencyTable", { resource: table, name: table.tableName, prop: "tableName" });
  const here = placeOf(scope);
  const there = placeOfArn(table.tableArn, table.env);
  refuseIf(scope, differs(there.account, here.account), {
    field: "idempotencyTable",
    message: `idempotencyTable is in ${describePlace(there)}, but the handler is in ${describePlace(here)}: its name would mean another table, or none`,
    remedy:
      "leave idempotencyTable out, and a table is created beside the handler, or give the subscriber a table of its account",
  });
}
