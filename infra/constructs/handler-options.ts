import type { Duration } from "aws-cdk-lib";
import type * as lambda from "aws-cdk-lib/aws-lambda";
import type * as logs from "aws-cdk-lib/aws-logs";
import type { BundlingOptions } from "./bundling-options.ts";

/** A Lambda function made from one source file. */
export interface HandlerOptions {
  /** Path of the source file (`.ts`, `.mts`, `.js`, `.mjs`), relative to where the app is run (`process.cwd()`). */
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
   * Memory in MiB, 128 to 10,240; processing power grows with it.
   * @default 512
   */
  readonly memorySize?: number;
  /**
   * Environment variables. A variable that is set here is not set by the constructs.
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
   * How long logs are kept.
   * @default logs.RetentionDays.TWO_WEEKS
   */
  readonly logRetention?: logs.RetentionDays;
  /**
   * A log group of your own.
   * @default one is created; it goes with the function
   */
  readonly logGroup?: logs.ILogGroup;
  /**
   * Tracing by X-Ray.
   * @default lambda.Tracing.ACTIVE on a topic with `tracing`, else none
   */
  readonly tracing?: lambda.Tracing;
  /**
   * Invocations at the same time that are set aside for the function. Lambda's guidance for queues is at least 5.
   * @default none
   */
  readonly reservedConcurrentExecutions?: number;
  /** How the source is bundled. */
  readonly bundling?: BundlingOptions;
  /**
   * Any other property of the function; wins over every default and every option above.
   * @default none
   */
  readonly functionProps?: Omit<Partial<lambda.FunctionProps>, "code" | "handler" | "runtime">;
}
