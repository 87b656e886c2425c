import { type Duration, Token } from "aws-cdk-lib";
import type { IConstruct } from "constructs";
import { FanfareError } from "../../lib/errors/index.ts";

/** What is wrong with a construct's configuration. */
export interface Problem {
  /** The prop at fault: `maxConcurrency`. */
  readonly field: string;
  /** What was given and what is possible, in lower case. */
  readonly message: string;
  /** What to do about it. */
  readonly remedy: string;
  /** The limit that was broken, with its unit. */
  readonly limit?: string;
}

/** The error for a configuration that cannot work; its message starts with the path of the construct. */
export function configurationInvalid(scope: IConstruct, problem: Problem): FanfareError {
  const { field, message, remedy, limit } = problem;
  return new FanfareError(
    "ConfigurationInvalid",
    `${scope.node.path}: ${message}`,
    limit === undefined ? { field, remedy } : { field, remedy, limit },
  );
}

/** Bounds of a number, both allowed. */
export interface Range {
  readonly min: number;
  readonly max: number;
}

/** Checks that a whole number lies in a range. Tokens and absent values pass: they are not known at synthesis. */
export function checkInteger(scope: IConstruct, field: string, value: number | undefined, range: Range): void {
  if (value === undefined || Token.isUnresolved(value)) return;
  if (Number.isInteger(value) && value >= range.min && value <= range.max) return;
  throw configurationInvalid(scope, {
    field,
    message: `${field} is ${value}, but must be a whole number from ${range.min} to ${range.max}`,
    limit: `${range.min} to ${range.max}`,
    remedy: `set ${field} to a whole number from ${range.min} to ${range.max}`,
  });
}

/** Checks that a duration lies in a range of seconds. Tokens and absent values pass. */
export function checkDuration(scope: IConstruct, field: string, value: Duration | undefined, seconds: Range): void {
  const given = secondsOf(value);
  if (given === undefined || (given >= seconds.min && given <= seconds.max)) return;
  throw configurationInvalid(scope, {
    field,
    message: `${field} is ${given} seconds, but must be ${seconds.min} to ${seconds.max} seconds`,
    limit: `${seconds.min} to ${seconds.max} seconds`,
    remedy: `set ${field} to ${seconds.min} to ${seconds.max} seconds`,
  });
}

/** Seconds of a duration, or `undefined` if it is absent or only known at deployment. */
export function secondsOf(duration: Duration | undefined): number | undefined {
  if (duration === undefined || duration.isUnresolved()) return undefined;
  return duration.toSeconds({ integral: false });
}
