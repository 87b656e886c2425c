import type { OperationModel } from "./schema.ts";

/** What of a request decides which operation of S3 it is. */
export interface RouteQuestion {
  readonly method: string;
  readonly hasBucket: boolean;
  readonly hasKey: boolean;
  readonly query: URLSearchParams;
  readonly hasHeader: (name: string) => boolean;
}

interface Route {
  readonly operation: OperationModel;
  readonly method: string;
  readonly hasBucket: boolean;
  readonly hasKey: boolean;
  /** Query parameters that have to be there, with the value they must have, or null for any. */
  readonly query: readonly (readonly [string, string | null])[];
  readonly headers: readonly string[];
}

/** The parameter by which SDKs repeat the operation's name. It is a hint, not part of the route. */
const NAME_HINT = "x-id";

/** Makes a lookup from requests to operations out of the paths and required members of the models. */
export function s3Router(
  operations: Iterable<OperationModel>,
): (question: RouteQuestion) => OperationModel | undefined {
  const routes = [...operations].flatMap(readRoute);
  return (question) => {
    const hint = question.query.get(NAME_HINT);
    const rank = (route: Route) =>
      2 * (route.query.length + route.headers.length) + (route.operation.name === hint ? 1 : 0);
    return routes
      .filter((route) => matches(route, question))
      .reduce<Route | undefined>(
        (best, route) => (best === undefined || rank(route) > rank(best) ? route : best),
        undefined,
      )?.operation;
  };
}

function readRoute(operation: OperationModel): Route[] {
  const { http } = operation.traits;
  const { input } = operation;
  if (http === undefined || input.kind !== "structure") {
    return [];
  }
  const [method, uri] = http;
  const [path = "", literals = ""] = uri.split("?", 2);
  if (path !== "/" && path !== "/{Key+}") {
    // Operations of other hosts than S3's own, such as WriteGetObjectResponse of Object Lambda.
    return [];
  }
  const required = [...input.members].filter(([name]) => input.required.has(name)).map(([, member]) => member.traits);
  const query: [string, string | null][] = [];
  for (const [name, value] of new URLSearchParams(literals)) {
    if (name !== NAME_HINT) {
      query.push([name, value === "" ? null : value]);
    }
  }
  for (const { httpQuery } of required) {
    if (httpQuery !== undefined) {
      query.push([httpQuery, null]);
    }
  }
  return [
    {
      operation,
      method,
      hasBucket: input.members.get("Bucket")?.traits.httpLabel === true,
      hasKey: path === "/{Key+}",
      query,
      headers: required.flatMap(({ httpHeader }) => (httpHeader === undefined ? [] : [httpHeader.toLowerCase()])),
    },
  ];
}

function matches(route: Route, question: RouteQuestion): boolean {
  return (
    route.method === question.method &&
    route.hasBucket === question.hasBucket &&
    route.hasKey === question.hasKey &&
    route.query.every(([name, value]) =>
      value === null ? question.query.has(name) : question.query.get(name) === value,
    ) &&
    route.headers.every(question.hasHeader)
  );
}
