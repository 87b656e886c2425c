import type { Api } from "./api.ts";
import { isPreflight, preflightReply, withCors } from "./cors.ts";
import { version2Event, version2Reply } from "./function-url.ts";
import { jsonReply, type PlainReply, type PlainRequest } from "./http.ts";
import { type Match, matchRoute } from "./match.ts";
import { version1Event, version1Reply } from "./version-1.ts";

/** Runs a function with an event, and waits for its result. */
export type CallFunction = (
  functionArn: string,
  event: object,
) => Promise<{ readonly payload: string; readonly isError: boolean }>;

const DEFAULT_STAGE = "$default";

/** Answers a request to an API: finds stage and route, calls the function, and turns its result into a reply. */
export async function serveApi(api: Api, request: PlainRequest, call: CallFunction): Promise<PlainReply> {
  const { cors } = api;
  if (cors !== undefined && isPreflight(request)) {
    return preflightReply(cors, request);
  }
  const reply = await serveRoute(api, request, call);
  return cors === undefined ? reply : withCors(cors, request, reply);
}

async function serveRoute(api: Api, request: PlainRequest, call: CallFunction): Promise<PlainReply> {
  const staged = splitStage(api, request.path);
  if (staged === undefined) {
    return api.kind === "rest" ? jsonReply(403, { message: "Forbidden" }) : jsonReply(404, { message: "Not Found" });
  }
  const { stage, path } = staged;
  const match = matchRoute(api, request.method, path);
  if (match === undefined) {
    return api.kind === "rest"
      ? jsonReply(403, { message: "Missing Authentication Token" })
      : jsonReply(404, { message: "Not Found" });
  }
  const { target } = match.route;
  if (target.type === "mock") {
    return { status: target.status, headers: target.headers, body: "" };
  }
  const stageVariables = api.stages.get(stage) ?? {};
  const context = { api, match, stage, stageVariables, fullPath: stage === DEFAULT_STAGE ? path : `/${stage}${path}` };
  const isVersion2 = api.kind === "http" && target.payloadVersion !== "1.0";
  const event = isVersion2
    ? version2Event(request, { ...contextOf2(api, match), stage, rawPath: context.fullPath, stageVariables })
    : version1Event({ ...request, path }, context);
  const { payload, isError } = await call(withStageVariables(target.functionArn, stageVariables), event);
  return isVersion2 ? version2Reply(payload, isError, 500) : version1Reply(payload, isError, api.kind);
}

function contextOf2({ accountId, id }: Api, { route, pathParameters }: Match) {
  const routeKey = route.path === "$default" ? "$default" : `${route.method} ${route.path}`;
  return { accountId, apiId: id, routeKey, pathParameters };
}

/** A path starts with its stage, except in the stage `$default` of an HTTP API. */
function splitStage({ stages, kind }: Api, path: string): { stage: string; path: string } | undefined {
  const [, first = "", rest = ""] = /^\/([^/]*)(\/.*)?$/.exec(path) ?? [];
  if (stages.has(first)) {
    return { stage: first, path: rest === "" ? "/" : rest };
  }
  return kind === "http" && stages.has(DEFAULT_STAGE)
    ? { stage: DEFAULT_STAGE, path: path === "" ? "/" : path }
    : undefined;
}

/** A function's name may be a variable of the stage. */
function withStageVariables(functionArn: string, variables: Readonly<Record<string, string>>): string {
  return functionArn.replace(/\$\{stageVariables\.(\w+)\}/g, (whole, name: string) =>
    Object.hasOwn(variables, name) ? (variables[name] ?? whole) : whole,
  );
}
