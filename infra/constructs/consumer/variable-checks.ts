import * as lambda from "aws-cdk-lib/aws-lambda";
import type { IConstruct } from "constructs";
import { ENVIRONMENT } from "../../../lib/names/index.ts";
import { checkAtSynthesis, deployed, isObject, refuseIf, resolved } from "../checks/index.ts";
import { tableAddress } from "./places.ts";
import type { ConsumerSource } from "./sources.ts";

/**
 * Refuses variables that contradict the options of the consumer, also if they are set later or by an aspect. The permissions, the table, the
 * contents of the bundle, and the checks follow the options.
 *
 * @param userSet variables that are set in the options of the handler
 */
export function checkVariables(
  scope: IConstruct,
  fn: lambda.Function,
  source: ConsumerSource,
  userSet: Readonly<Record<string, string>>,
): void {
  refuseOthers(scope, userSet, source);
  const resource = fn.node.defaultChild;
  if (resource instanceof lambda.CfnFunction) {
    checkAtSynthesis(scope, () => {
      const { Environment: environment } = deployed(resource);
      const variables = isObject(environment) ? environment.Variables : undefined;
      refuseOthers(scope, isObject(variables) ? variables : {}, source);
    });
  }
}

function refuseOthers(scope: IConstruct, variables: Readonly<Record<string, unknown>>, source: ConsumerSource): void {
  const { consumer, guarantee = "exactly-once", idempotencyTable } = source;
  const options = [
    { option: "consumer", name: ENVIRONMENT.consumer, value: consumer },
    { option: "guarantee", name: ENVIRONMENT.guarantee, value: guarantee },
    {
      option: "idempotencyTable",
      name: ENVIRONMENT.idempotencyTable,
      // Without a table here, the variable may name that of a circuit breaker.
      value:
        idempotencyTable === undefined
          ? variables[ENVIRONMENT.idempotencyTable]
          : tableAddress(idempotencyTable, scope),
    },
  ];
  for (const { option, name, value } of options) {
    const given = text(scope, variables[name]);
    refuseIf(scope, given !== undefined && given !== text(scope, value), {
      field: option,
      message: `the variable ${name} of the handler is ${given}, but the consumer has ${text(scope, value)}, to which its permissions and its bundle are fitted`,
      remedy: `leave the variable out, and set the option ${option}`,
    });
  }
}

function text(scope: IConstruct, value: unknown): string | undefined {
  return value === undefined ? undefined : JSON.stringify(resolved(scope, value));
}
