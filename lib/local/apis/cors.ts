import type { Cors } from "./api.ts";
import { headerOf, type PlainReply, type PlainRequest } from "./http.ts";

/** Whether a browser asks what it may send. */
export function isPreflight(request: PlainRequest): boolean {
  return (
    request.method === "OPTIONS" &&
    headerOf(request, "origin") !== undefined &&
    headerOf(request, "access-control-request-method") !== undefined
  );
}

/** An HTTP API with CORS answers preflight requests itself. Source: API Gateway Developer Guide, "Configure CORS for HTTP APIs". */
export function preflightReply(cors: Cors, request: PlainRequest): PlainReply {
  const allowed = originHeaders(cors, request);
  if (allowed === undefined) {
    return { status: 204, headers: {}, body: "" };
  }
  const list = (name: string, values: readonly string[]) => (values.length === 0 ? {} : { [name]: values.join(",") });
  return {
    status: 204,
    headers: {
      ...allowed,
      ...list("access-control-allow-methods", cors.allowMethods),
      ...list("access-control-allow-headers", cors.allowHeaders),
      ...(cors.maxAge === undefined ? {} : { "access-control-max-age": cors.maxAge }),
    },
    body: "",
  };
}

/** Where CORS is configured, headers for it that a function returns are ignored. */
export function withCors(cors: Cors, request: PlainRequest, reply: PlainReply): PlainReply {
  const own = Object.entries(reply.headers).filter(([name]) => !name.startsWith("access-control-"));
  const expose: Record<string, string> =
    cors.exposeHeaders.length === 0 ? {} : { "access-control-expose-headers": cors.exposeHeaders.join(",") };
  const allowed = originHeaders(cors, request);
  return {
    ...reply,
    headers: { ...Object.fromEntries(own), ...(allowed === undefined ? {} : { ...allowed, ...expose }) },
  };
}

/** Undefined for a request of no page, or of one whose origin is not allowed. */
function originHeaders(cors: Cors, request: PlainRequest): Record<string, string> | undefined {
  const origin = headerOf(request, "origin");
  if (origin === undefined) {
    return undefined;
  }
  const isAny = cors.allowOrigins.includes("*");
  const isAllowed =
    isAny ||
    cors.allowOrigins.some(
      (pattern) => pattern === origin || (/^https?:\/\/\*$/.test(pattern) && origin.startsWith(pattern.slice(0, -1))),
    );
  if (!isAllowed) {
    return undefined;
  }
  return {
    "access-control-allow-origin": isAny && !cors.allowCredentials ? "*" : origin,
    ...(cors.allowCredentials ? { "access-control-allow-credentials": "true" } : {}),
    ...(isAny ? {} : { vary: "origin" }),
  };
}
