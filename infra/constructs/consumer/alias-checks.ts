import { Token } from "aws-cdk-lib";
import type { IConstruct } from "constructs";
import { LAMBDA, refuseIf } from "../checks/index.ts";
import type { AliasOptions, HandlerOptions } from "./handler-options.ts";

/**
 * Checks the alias of a handler.
 * Source: AWS Lambda API Reference, "CreateAlias" and "PutProvisionedConcurrencyConfig"; Developer Guide, "Configuring reserved concurrency".
 *
 * @throws FanfareError `ConfigurationInvalid` for a name or a concurrency that Lambda would refuse
 */
export function checkAlias(
  scope: IConstruct,
  { name, provisionedConcurrentExecutions: provisioned }: AliasOptions,
  { functionProps, reservedConcurrentExecutions }: HandlerOptions,
): void {
  const isName = /^[A-Za-z0-9_-]+$/.test(name) && !/^\d+$/.test(name) && name.length <= LAMBDA.aliasCharacters;
  refuseIf(scope, !Token.isUnresolved(name) && !isName, {
    field: "handler.alias",
    message: `handler.alias is "${name}", but Lambda accepts up to ${LAMBDA.aliasCharacters} letters, digits, hyphens and underscores, not digits alone`,
    limit: `${LAMBDA.aliasCharacters} characters`,
    remedy: 'use another name: "live"',
  });
  const reserved = functionProps?.reservedConcurrentExecutions ?? reservedConcurrentExecutions;
  const known = Token.isUnresolved(provisioned) ? undefined : provisioned;
  const most = reserved === undefined || Token.isUnresolved(reserved) ? Number.POSITIVE_INFINITY : reserved;
  refuseIf(scope, known !== undefined && (!Number.isInteger(known) || known < 1 || known > most), {
    field: "handler.alias.provisionedConcurrentExecutions",
    message: `handler.alias.provisionedConcurrentExecutions is ${known}, but must be an integer of at least 1${Number.isFinite(most) ? `, and at most the reserved concurrency of ${most}` : ""}`,
    limit: Number.isFinite(most) ? `1 to ${most}` : "at least 1",
    remedy: "leave it out for none, or raise reservedConcurrentExecutions",
  });
}
