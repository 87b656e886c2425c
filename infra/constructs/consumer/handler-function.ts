import { existsSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { ArnFormat, Duration, RemovalPolicy, Stack } from "aws-cdk-lib";
import * as iam from "aws-cdk-lib/aws-iam";
import * as lambda from "aws-cdk-lib/aws-lambda";
import * as logs from "aws-cdk-lib/aws-logs";
import type { Construct, IConstruct } from "constructs";
import { allowLogsOnKey, grantDecrypt, refuseKeyOfOtherRegion, warnOfImportedLogsKey } from "../access/index.ts";
import { BundledCode } from "../bundling/index.ts";
import {
  checkAtSynthesis,
  checkDuration,
  deployed,
  LAMBDA,
  nodeVersionOf,
  refuseIf,
  refuseNameTwice,
} from "../checks/index.ts";
import { checkAlias } from "./alias-checks.ts";
import type { AliasOptions, HandlerOptions } from "./handler-options.ts";
import { leftOutOf } from "./left-out.ts";
import { warnOfMissingMetrics } from "./metrics-check.ts";
import { eventsReaching, isPushed } from "./reaching-events.ts";

/** Spelled out: `lambda.Runtime` of older versions of aws-cdk-lib lacks it. */
const NODEJS_24 = new lambda.Runtime("nodejs24.x", lambda.RuntimeFamily.NODEJS);
const DEFAULT_TIMEOUT = Duration.seconds(30);
const DEFAULT_MEMORY = 512;

/** Whether a handler is described by options, rather than being a function already. */
export function isHandlerOptions(handler: HandlerOptions | lambda.IFunction): handler is HandlerOptions {
  return !("functionArn" in handler);
}

/**
 * A Lambda function created from one source file: bundled by esbuild into an ES module, on ARM, with JSON logs that are retained
 * for two weeks, and with a role that may write only to its own log group. `fanOut` creates one for its `handler`; use it
 * directly for functions that publish.
 *
 * ```ts
 * const checkout = new HandlerFunction(this, "Checkout", { entry: "lambdas/checkout.ts" });
 * topic.grantPublish(checkout);
 * ```
 *
 * @throws FanfareError `ConfigurationInvalid` for an entry that does not exist
 */
export class HandlerFunction extends lambda.Function {
  /** Alias of the version of this deployment, if `alias` is set. */
  readonly alias: lambda.Alias | undefined;

  constructor(scope: Construct, id: string, props: HandlerOptions) {
    super(scope, id, functionProps(scope, id, props));
    grantDecrypt(props.encryptionKey, this);
    refuseFunctionNameTwice(this);
    checkAtSynthesis(this, () => checkRuntime(this, runtimeOf(this)));
    this.alias = props.alias === undefined ? undefined : this.createAlias(props.alias, props);
  }

  private createAlias(given: string | AliasOptions, props: HandlerOptions): lambda.Alias {
    const alias: AliasOptions = typeof given === "string" ? { name: given } : given;
    checkAlias(this, alias, props);
    const { name, provisionedConcurrentExecutions } = alias;
    return new lambda.Alias(this, "Alias", {
      aliasName: name,
      version: this.currentVersion,
      provisionedConcurrentExecutions,
    });
  }
}

function functionProps(scope: Construct, id: string, options: HandlerOptions): lambda.FunctionProps {
  checkDuration(scope, "handler.timeout", options.timeout, LAMBDA.timeoutSeconds);
  refuseKeyOfOtherRegion(scope, "handler.encryptionKey", options.encryptionKey);
  const { bundling = {}, functionProps: given = {}, runtime = NODEJS_24 } = options;
  checkRuntime(scope, runtime);
  const entry = entryOf(scope, options);
  const handler = options.export ?? "handler";
  const logGroup = given.logGroup ?? options.logGroup ?? createLogGroup(scope, id, options);
  return {
    code: new BundledCode({
      entry,
      handler,
      options: bundling,
      target: runtime.name.replace(/^nodejs(\d+).*$/, "node$1"),
      events: eventsReaching,
      pushed: isPushed,
      onBundled: warnOfMissingMetrics,
      replacements: (fn) => leftOutOf(fn, bundling.keep),
    }),
    handler: `index.${handler}`,
    runtime,
    architecture: options.architecture ?? lambda.Architecture.ARM_64,
    timeout: options.timeout ?? DEFAULT_TIMEOUT,
    memorySize: options.memorySize ?? DEFAULT_MEMORY,
    loggingFormat: lambda.LoggingFormat.JSON,
    tracing: options.tracing,
    environmentEncryption: options.encryptionKey,
    reservedConcurrentExecutions: options.reservedConcurrentExecutions,
    // In a VPC the function needs a managed policy, which CDK adds only to the role that it creates itself.
    role: given.vpc === undefined && given.role === undefined ? createRole(scope, id, logGroup) : undefined,
    ...given,
    logGroup,
    environment: {
      ...(bundling.sourceMap === true ? { NODE_OPTIONS: "--enable-source-maps" } : {}),
      ...options.environment,
      ...given.environment,
    },
  };
}

/** Refuses a name that the user gave to two functions. */
function refuseFunctionNameTwice(fn: lambda.Function): void {
  refuseNameTwice(fn, "handler.functionProps.functionName", {
    own: fn.node.defaultChild,
    isSameType: (other) => other instanceof lambda.CfnFunction,
    nameOf: (other) => other.functionName,
    within: "region",
  });
}

/** Returns the runtime as the template will have it: an aspect or an override may have changed it. */
function runtimeOf(fn: lambda.Function): lambda.Runtime {
  const resource = fn.node.defaultChild;
  const name = resource instanceof lambda.CfnFunction ? deployed(resource).Runtime : undefined;
  return typeof name === "string" ? new lambda.Runtime(name) : fn.runtime;
}

/** Refuses a runtime that cannot load the bundle. */
function checkRuntime(scope: Construct, runtime: lambda.Runtime): void {
  const version = nodeVersionOf(runtime);
  refuseIf(scope, version === undefined || version < LAMBDA.oldestNodeVersion, {
    field: "handler.runtime",
    message: `handler.runtime is ${runtime.name}, but the bundle needs Node.js ${LAMBDA.oldestNodeVersion} or later`,
    limit: `Node.js ${LAMBDA.oldestNodeVersion}`,
    remedy: "set it to lambda.Runtime.NODEJS_22_X or NODEJS_24_X, or leave it out",
  });
}

/** Returns the absolute path of the source file. */
function entryOf(scope: Construct, options: HandlerOptions): string {
  const entry = resolve(options.entry);
  refuseIf(scope, !existsSync(entry) || !statSync(entry).isFile(), {
    field: "handler.entry",
    message: `handler.entry "${options.entry}" is not a file (resolved to ${entry})`,
    remedy: "set it to the path of the source file, relative to the directory in which the app runs",
  });
  return entry;
}

function createLogGroup(scope: Construct, id: string, options: HandlerOptions): logs.LogGroup {
  const { encryptionKey } = options;
  if (encryptionKey !== undefined && !allowLogsOnKey(scope, encryptionKey)) {
    warnOfImportedLogsKey(scope);
  }
  return new logs.LogGroup(scope, `${id}Logs`, {
    encryptionKey,
    retention: options.logRetention ?? logs.RetentionDays.TWO_WEEKS,
    removalPolicy: RemovalPolicy.DESTROY,
  });
}

/** Creates a role that may write to the function's own log group; the managed policy would allow all log groups of the account. */
function createRole(scope: Construct, id: string, logGroup: NamedLogGroup): iam.Role {
  const role = new iam.Role(scope, `${id}Role`, { assumedBy: new iam.ServicePrincipal("lambda.amazonaws.com") });
  role.addToPolicy(
    new iam.PolicyStatement({
      actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
      resources: [`${arnOf(logGroup)}:log-stream:*`],
    }),
  );
  return role;
}

/** A log group of a function: `ILogGroupRef` in today's aws-cdk-lib, `ILogGroup` in older versions. */
interface NamedLogGroup extends IConstruct {
  readonly logGroupRef?: { readonly logGroupName: string };
  readonly logGroupName?: string;
}

/** Returns the ARN of a log group without the `:*` in which its own attribute ends. */
function arnOf(logGroup: NamedLogGroup): string {
  return Stack.of(logGroup).formatArn({
    service: "logs",
    resource: "log-group",
    resourceName: logGroup.logGroupRef?.logGroupName ?? logGroup.logGroupName,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}
