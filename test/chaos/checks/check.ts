import { type Check, checkOf } from "../../../infra/demo/checks/check.ts";

export { type Check, checkOf };

/** Compares two sets of ids; problems name ids of both kinds of difference. */
export function setProblems(verb: string, expected: ReadonlySet<string>, actual: ReadonlySet<string>): string[] {
  return [
    ...[...expected].filter((id) => !actual.has(id)).map((id) => `not ${verb}: ${id}`),
    ...[...actual].filter((id) => !expected.has(id)).map((id) => `${verb} and should not be: ${id}`),
  ];
}
