import { existsSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { ArnFormat, Duration, RemovalPolicy, Stack } from "aws-cdk-lib";
import * as iam from "aws-cdk-lib/aws-iam";
import * as lambda from "aws-cdk-lib/aws-lambda";
import * as logs from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import { BundledCode } from "./bundled-code.ts";
import { conditionsOf } from "./conditions.ts";
import type { HandlerOptions } from "./handler-options.ts";
import { LAMBDA } from "./limits.ts";
import { checkDuration, configurationInvalid } from "./validation.ts";

const DEFAULT_TIMEOUT = Duration.seconds(30);
const DEFAULT_MEMORY = 512;

/** Whether a handler is described, rather than made already. */
export function isHandlerOptions(handler: HandlerOptions | lambda.IFunction): handler is HandlerOptions {
  return !("functionArn" in handler);
}

/**
 * A Lambda function made from one source file: bundled by esbuild into an ES module, on ARM, with JSON
 * logs that are kept for two weeks, and with a role that may write to its own log group only. What `fanOut` makes for its
 * `handler`; use it for functions that publish.
 *
 * ```ts
 * const checkout = new HandlerFunction(this, "Checkout", { entry: "lambdas/checkout.ts" });
 * topic.grantPublish(checkout);
 * ```
 *
 * @throws FanfareError `ConfigurationInvalid` for an entry that does not exist
 */
export class HandlerFunction extends lambda.Function {
  constructor(scope: Construct, id: string, props: HandlerOptions) {
    super(scope, id, functionProps(scope, id, props));
  }
}

function functionProps(scope: Construct, id: string, options: HandlerOptions): lambda.FunctionProps {
  const entry = resolve(options.entry);
  if (!existsSync(entry) || !statSync(entry).isFile()) {
    throw configurationInvalid(scope, {
      field: "handler.entry",
      message: `handler.entry "${options.entry}" is not a file (looked for ${entry})`,
      remedy: "give the path of the source file relative to the directory in which the app is run",
    });
  }
  checkDuration(scope, "handler.timeout", options.timeout, LAMBDA.timeoutSeconds);
  const { bundling = {}, functionProps: given = {}, runtime = lambda.Runtime.NODEJS_24_X } = options;
  const logGroup = given.logGroup ?? options.logGroup ?? createLogGroup(scope, id, options);
  return {
    code: new BundledCode(entry, {
      ...bundling,
      target: runtime.name.replace(/^nodejs(\d+).*$/, "node$1"),
      defaultConditions: conditionsOf(process.execArgv, process.env.NODE_OPTIONS),
    }),
    handler: `index.${options.export ?? "handler"}`,
    runtime,
    architecture: options.architecture ?? lambda.Architecture.ARM_64,
    timeout: options.timeout ?? DEFAULT_TIMEOUT,
    memorySize: options.memorySize ?? DEFAULT_MEMORY,
    loggingFormat: lambda.LoggingFormat.JSON,
    ...(options.tracing === undefined ? {} : { tracing: options.tracing }),
    ...(options.reservedConcurrentExecutions === undefined
      ? {}
      : { reservedConcurrentExecutions: options.reservedConcurrentExecutions }),
    // In a VPC the function needs the managed policy that CDK puts into a role of its own making.
    ...(given.vpc === undefined && given.role === undefined ? { role: createRole(scope, id, logGroup) } : {}),
    ...given,
    logGroup,
    environment: {
      ...(bundling.sourceMap === true ? { NODE_OPTIONS: "--enable-source-maps" } : {}),
      ...options.environment,
      ...given.environment,
    },
  };
}

function createLogGroup(scope: Construct, id: string, options: HandlerOptions): logs.LogGroup {
  return new logs.LogGroup(scope, `${id}Logs`, {
    retention: options.logRetention ?? logs.RetentionDays.TWO_WEEKS,
    removalPolicy: RemovalPolicy.DESTROY,
  });
}

/** A role that may write to the function's own log group, where the managed policy allows all log groups of the account. */
function createRole(scope: Construct, id: string, logGroup: logs.ILogGroupRef): iam.Role {
  const role = new iam.Role(scope, `${id}Role`, { assumedBy: new iam.ServicePrincipal("lambda.amazonaws.com") });
  role.addToPolicy(
    new iam.PolicyStatement({
      actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
      resources: [`${arnOf(logGroup)}:log-stream:*`],
    }),
  );
  return role;
}

/** The ARN without the `:*` that a log group's own attribute ends in. */
function arnOf(logGroup: logs.ILogGroupRef): string {
  return Stack.of(logGroup).formatArn({
    service: "logs",
    resource: "log-group",
    resourceName: logGroup.logGroupRef.logGroupName,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}
