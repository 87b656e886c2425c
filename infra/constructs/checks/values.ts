import { Stack } from "aws-cdk-lib";
import type { IConstruct } from "constructs";

/** Whether a value is an object whose properties can be read; lists are not. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Returns a value of a construct as its template will have it. */
export function resolved(construct: IConstruct, value: unknown): unknown {
  return Stack.of(construct).resolve(value);
}
