import type { Duration } from "aws-cdk-lib";
import type * as kms from "aws-cdk-lib/aws-kms";
import type * as lambda from "aws-cdk-lib/aws-lambda";
import type * as logs from "aws-cdk-lib/aws-logs";
import type { BundlingOptions } from "../bundling/index.ts";

/** The alias of a handler. */
export interface AliasOptions {
  /** Name of the alias: `live`. */
  readonly name: string;
  /**
   * Execution environments that are always initialised, at least 1. They are charged for by the hour.
   * @default none
   */
  readonly provisionedConcurrentExecutions?: number;
}

/** A Lambda function created from one source file. */
export interface HandlerOptions {
  /** Path of the source file (`.ts`, `.mts`, `.js`, `.mjs`), relative to the directory in which the app runs (`process.cwd()`). */
  readonly entry: string;
  /**
   * Name of the export that Lambda calls.
   * @default "handler"
   */
  readonly export?: string;
  /**
   * Time after which Lambda stops an invocation, 1 second to 15 minutes.
   * @default Duration.seconds(30)
   */
  readonly timeout?: Duration;
  /**
   * Memory in MiB, 128 to 10,240. Processing power grows with it.
   * @default 512
   */
  readonly memorySize?: number;
  /**
   * Environment variables. The constructs do not overwrite a variable that is set here.
   * @default none
   */
  readonly environment?: Readonly<Record<string, string>>;
  /**
   * Runtime.
   * @default lambda.Runtime.NODEJS_24_X
   */
  readonly runtime?: lambda.Runtime;
  /**
   * Processor architecture.
   * @default lambda.Architecture.ARM_64
   */
  readonly architecture?: lambda.Architecture;
  /**
   * How long logs are retained.
   * @default logs.RetentionDays.TWO_WEEKS
   */
  readonly logRetention?: logs.RetentionDays;
  /**
   * Your own log group.
   * @default one is created; it is deleted with the function
   */
  readonly logGroup?: logs.ILogGroup;
  /**
   * Customer managed key for the environment variables and for the log group that is created. CloudWatch Logs is allowed to use it;
   * if it is imported, a warning holds the statement that its policy needs, without which the deployment fails.
   * @default the key of the topic, subscriber or work queue, if this app defines it; otherwise none
   */
  readonly encryptionKey?: kms.IKey;
  /**
   * Tracing by X-Ray.
   * @default lambda.Tracing.ACTIVE on a topic with `tracing`, otherwise none
   */
  readonly tracing?: lambda.Tracing;
  /**
   * Concurrent invocations that are reserved for the function. For queues, Lambda recommends at least 5.
   * @default none
   */
  readonly reservedConcurrentExecutions?: number;
  /**
   * Alias of the version of each deployment. Queues then invoke this version, so that a deployment takes effect at once and can be
   * undone, and concurrency can be provisioned. To keep older versions, set `functionProps.currentVersionOptions`.
   * @default none: queues invoke the function's latest code
   */
  readonly alias?: string | AliasOptions;
  /** How the source is bundled. */
  readonly bundling?: BundlingOptions;
  /**
   * Any other property of the function; overrides all defaults and all options above.
   * @default none
   */
  readonly functionProps?: Omit<Partial<lambda.FunctionProps>, "code" | "handler" | "runtime">;
}
