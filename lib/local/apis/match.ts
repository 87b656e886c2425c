import type { Api, Route } from "./api.ts";

/** A route that answers a request, with the values of its path. */
export interface Match {
  readonly route: Route;
  readonly pathParameters: Readonly<Record<string, string>>;
}

/** `{name}` matches one part of a path, `{name+}` the rest of it. */
const VARIABLE = /^\{(\w[\w.:-]*)(\+)?\}$/;

/**
 * The route of a request: the most specific path that matches, and of equal paths the one with the method itself before `ANY`. In an
 * HTTP API paths without a matching method do not count, and `$default` is last; in a REST API the path decides first.
 * Sources: API Gateway Developer Guide, "Routes for HTTP APIs" and "Lambda proxy integrations in API Gateway".
 *
 * @param path percent-encoded, without the stage
 */
export function matchRoute(
  { kind, routes }: Pick<Api, "kind" | "routes">,
  method: string,
  path: string,
): Match | undefined {
  const candidates = routes
    .flatMap((route) => {
      const pathParameters = matchPath(route.path, path);
      return pathParameters === undefined ? [] : [{ route, pathParameters }];
    })
    .sort((left, right) => comparePaths(left.route.path, right.route.path));
  const accepts = ({ route }: Match): boolean => route.method === method || route.method === "ANY";
  const best = kind === "rest" ? candidates[0]?.route.path : candidates.find(accepts)?.route.path;
  const atBest = candidates.filter(({ route }) => route.path === best);
  return atBest.find(({ route }) => route.method === method) ?? atBest.find(accepts);
}

/** The values of a path's variables, decoded; undefined where it does not match. */
function matchPath(pattern: string, path: string): Readonly<Record<string, string>> | undefined {
  if (pattern === "$default") {
    return {};
  }
  const wanted = partsOf(pattern);
  const given = partsOf(path);
  const values: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const [, name, isGreedy] = VARIABLE.exec(part) ?? [];
    const value = given[index];
    if (value === undefined) {
      return undefined;
    }
    if (name !== undefined && isGreedy !== undefined) {
      values[name] = decode(given.slice(index).join("/"));
      return values;
    }
    if (name !== undefined) {
      values[name] = decode(value);
    } else if (part !== decode(value)) {
      return undefined;
    }
  }
  return given.length === wanted.length ? values : undefined;
}

/** The more specific first: part by part, a text before a variable before the rest of a path; `$default` is last. */
function comparePaths(left: string, right: string): number {
  const [first, second] = [left, right].map((path) =>
    path === "$default"
      ? "3"
      : partsOf(path)
          .map((part) => rankOf(part))
          .join(""),
  );
  return (first ?? "") < (second ?? "") ? -1 : first === second ? 0 : 1;
}

function rankOf(part: string): string {
  const variable = VARIABLE.exec(part);
  return variable === null ? "0" : variable[2] === undefined ? "1" : "2";
}

/** `/` has no parts; an end with `/` does not count. */
function partsOf(path: string): readonly string[] {
  const inner = path.replace(/^\//, "").replace(/\/$/, "");
  return inner === "" ? [] : inner.split("/");
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
