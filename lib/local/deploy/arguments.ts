import type { Json } from "../../std/index.ts";
import { LocalError } from "../common/index.ts";

/** The argument of an intrinsic function as a list. */
export function list(value: Json, name: string): readonly Json[] {
  if (!Array.isArray(value)) {
    throw wrong(name, `takes a list, not ${JSON.stringify(value)}`);
  }
  return value;
}

/** The argument as a string. */
export function text(value: Json, name: string): string {
  if (typeof value !== "string") {
    throw wrong(name, `takes a string, not ${JSON.stringify(value)}`);
  }
  return value;
}

/** The argument as a string. Numbers and booleans are converted, as in CloudFormation. */
export function scalar(value: Json, name: string): string {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") {
    return String(value);
  }
  throw wrong(name, `takes a string, not ${JSON.stringify(value)}`);
}

/** The error of a wrong argument. */
export function wrong(name: string, problem: string): LocalError {
  return new LocalError("TemplateInvalid", `${name} ${problem}`);
}
