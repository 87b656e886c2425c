import { type Duration, RemovalPolicy, Token } from "aws-cdk-lib";
import type { IConstruct } from "constructs";
import { FanfareError } from "../../../lib/errors/index.ts";
import { atEntrance, throwWithoutLine } from "./entrance.ts";

/** What is wrong with the configuration of a construct. */
export interface Problem {
  /** The prop at fault: `maxConcurrency`. */
  readonly field: string;
  /** What was given and what is allowed, in lower case. */
  readonly message: string;
  /** How to fix it. */
  readonly remedy: string;
  /** The limit that was exceeded, with its unit. */
  readonly limit?: string;
}

/** Throws the error for a configuration that cannot work. Its message starts with the path of the construct. */
export function refuse(scope: IConstruct, { message, ...details }: Problem): never {
  throwWithoutLine(atEntrance(new FanfareError("ConfigurationInvalid", `${scope.node.path}: ${message}`, details)));
}

/** Throws the error for a configuration that cannot work if the condition holds. */
export function refuseIf(scope: IConstruct, condition: boolean, problem: Problem): void {
  if (condition) {
    refuse(scope, problem);
  }
}

/**
 * Refuses options that would have no effect.
 *
 * @param because why they have none, as the end of the message: "given without a handler"
 */
export function refuseOptions<Options extends object>(
  scope: IConstruct,
  options: Options,
  names: readonly (keyof Options & string)[],
  { because, remedy }: { readonly because: string; readonly remedy: string },
): void {
  const given = names.filter((name) => options[name] !== undefined).join(", ");
  refuseIf(scope, given !== "", { field: given, message: `${given} ${because}`, remedy });
}

/** Bounds of a number, inclusive. */
export interface Range {
  readonly min: number;
  readonly max: number;
}

/** Checks that an integer lies within a range. Tokens and absent values pass: they are not known at synthesis. */
export function checkInteger(scope: IConstruct, field: string, value: number | undefined, range: Range): void {
  if (value === undefined || Token.isUnresolved(value)) {
    return;
  }
  if (!Number.isInteger(value) || value < range.min || value > range.max) {
    refuseOutOfRange(scope, field, String(value), `${range.min} to ${range.max}`, "an integer from ");
  }
}

/** Checks that a duration lies within a range of seconds. Tokens and absent values pass. */
export function checkDuration(scope: IConstruct, field: string, value: Duration | undefined, seconds: Range): void {
  const given = secondsOf(value);
  if (given !== undefined && (given < seconds.min || given > seconds.max)) {
    refuseOutOfRange(scope, field, `${given} seconds`, `${seconds.min} to ${seconds.max} seconds`);
  }
}

/**
 * Refuses SNAPSHOT: CloudFormation takes snapshots of a few types of resources only, none of which is created here.
 * Source: AWS CloudFormation User Guide, "DeletionPolicy attribute".
 */
export function refuseSnapshot(scope: IConstruct, field: string, policy: RemovalPolicy | undefined): void {
  refuseIf(scope, policy === RemovalPolicy.SNAPSHOT, {
    field,
    message: `${field} is SNAPSHOT, but CloudFormation cannot take snapshots of queues, buckets and DynamoDB tables, and refuses the template`,
    remedy: "use RemovalPolicy.RETAIN to keep the resource, or DESTROY to delete it with the stack",
  });
}

function refuseOutOfRange(scope: IConstruct, field: string, given: string, limit: string, kind = ""): never {
  const message = `${field} is ${given}, but must be ${kind}${limit}`;
  refuse(scope, { field, message, limit, remedy: `set ${field} to ${kind}${limit}` });
}

/** Returns the seconds of a duration, or `undefined` if it is absent or known only at deployment. */
export function secondsOf(duration: Duration | undefined): number | undefined {
  return duration === undefined || duration.isUnresolved() ? undefined : duration.toSeconds({ integral: false });
}
