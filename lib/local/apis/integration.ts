import { isJsonObject, type Json, type JsonObject, objectOf } from "../../std/index.ts";
import type { RouteTarget } from "./api.ts";

/** The function in the address of an integration: its own ARN, or that of API Gateway's path to Lambda. */
export function functionArnOf(uri: Json | undefined): string | undefined {
  const text = typeof uri === "string" ? uri : "";
  return (
    /\/functions\/(arn:[^/]+?)\/invocations$/.exec(text)?.[1] ?? (/^arn:[^:]+:lambda:/.test(text) ? text : undefined)
  );
}

/** A mock integration with one constant answer: the headers that are written in quotes. */
export function mockTarget(integration: JsonObject): RouteTarget {
  const responses: Json = integration.IntegrationResponses ?? [];
  const first: unknown = Array.isArray(responses) ? responses[0] : undefined;
  const { StatusCode = "200", ResponseParameters } = isJsonObject(first) ? first : {};
  const headers = Object.entries(objectOf(ResponseParameters)).flatMap(([name, value]): [string, string][] => {
    const [, header] = /^method\.response\.header\.(.+)$/.exec(name) ?? [];
    const [, constant] = /^'(.*)'$/.exec(String(value)) ?? [];
    return header === undefined || constant === undefined ? [] : [[header.toLowerCase(), constant]];
  });
  return { type: "mock", status: Number(StatusCode), headers: Object.fromEntries(headers) };
}
