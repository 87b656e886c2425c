import { Annotations, Lazy } from "aws-cdk-lib";
import type * as lambda from "aws-cdk-lib/aws-lambda";
import type { IConstruct } from "constructs";
import { ENVIRONMENT } from "../../../lib/names/index.ts";
import { definedFunctionOf } from "../access/index.ts";
import { refuseSharedName } from "./distinct-names.ts";
import { tableAddress } from "./places.ts";
import { addSource, type ConsumerSource, sourcesOf } from "./sources.ts";
import { checkVariables } from "./variable-checks.ts";

/**
 * Sets the environment variables that tell a function how to consume a queue. A function may consume several.
 *
 * @param userSet variables that the user set; they are not changed
 * @throws FanfareError `ConfigurationInvalid` for queues that cannot share a function, functions that cannot share a name, and variables that
 *   contradict the options
 */
export function addConsumerEnvironment(
  scope: IConstruct,
  handler: lambda.IFunction,
  source: ConsumerSource,
  userSet: Readonly<Record<string, string>>,
): void {
  const fn = definedFunctionOf(handler);
  refuseSharedName(scope, handler, source);
  const variables = variablesOf(scope, source, () => (fn === undefined ? [] : sourcesOf(fn)));
  if (fn === undefined) {
    Annotations.of(scope).addWarningV2(
      "fanfare:handlerImported",
      `the handler is imported, so its environment cannot be set here: set ${Object.keys(variables).join(", ")} (${ENVIRONMENT.consumer}=${source.consumer}) where it is defined. If it was imported without its role, grant its permissions there too.`,
    );
    return;
  }
  addSource(scope, fn, source, new Set(Object.keys(userSet)));
  for (const [name, value] of Object.entries(variables)) {
    if (userSet[name] === undefined) {
      fn.addEnvironment(name, value);
    }
  }
  checkVariables(scope, fn, source, userSet);
}

/** Returns the variables for one source. Those that cover all sources of the function are computed at synthesis. */
function variablesOf(
  scope: IConstruct,
  source: ConsumerSource,
  sources: () => readonly ConsumerSource[],
): Record<string, string> {
  const variables: Record<string, string> = { [ENVIRONMENT.consumer]: source.consumer };
  if (source.guarantee !== undefined) {
    variables[ENVIRONMENT.guarantee] = source.guarantee;
  }
  if (source.idempotencyTable !== undefined) {
    variables[ENVIRONMENT.idempotencyTable] = tableAddress(source.idempotencyTable, scope);
    variables[ENVIRONMENT.idempotencyRetention] = Lazy.string({
      produce: () => String(Math.max(...sources().map(({ retention }) => retention.toSeconds()))),
    });
  }
  if (source.metricsNamespace !== undefined) {
    variables[ENVIRONMENT.metricsNamespace] = source.metricsNamespace;
  }
  if (source.payloadLocation !== undefined) {
    variables[ENVIRONMENT.payloadSources] = Lazy.string({
      produce: () => [...new Set(sources().flatMap(({ payloadLocation }) => payloadLocation ?? []))].join(","),
    });
  }
  if (source.deadLetterQueue !== undefined) {
    variables[ENVIRONMENT.deadLetterQueues] = Lazy.string({ produce: () => deadLetterQueuesOf(sources()) });
  }
  return variables;
}

/**
 * Returns a JSON object by ARN of the queue. It is not written by `Stack.toJsonString`, which does not accept an ARN of the same
 * stack as a key, because the ARN is known only at deployment. ARNs and URLs contain no character that JSON escapes.
 */
function deadLetterQueuesOf(sources: readonly ConsumerSource[]): string {
  const pairs = sources.flatMap(({ queue, deadLetterQueue, maxReceiveCount, maxAttempts }) => {
    const counts = Object.entries({ maxReceiveCount, maxAttempts })
      .map(([name, count]) => (count === undefined ? "" : `,"${name}":${count}`))
      .join("");
    return deadLetterQueue === undefined ? [] : [`"${queue.queueArn}":{"url":"${deadLetterQueue.queueUrl}"${counts}}`];
  });
  return `{${pairs.join(",")}}`;
}
