import { type JsonObject, objectOf } from "../../std/index.ts";
import type { Route } from "./api.ts";
import { functionArnOf, mockTarget } from "./integration.ts";
import type { ApiResource, LeaveOut } from "./resource.ts";

/** The root of a REST API has this id: the API's own, so that it need not be stored. */
export function rootResourceId(restApiId: string): string {
  return `${restApiId}root`;
}

/** The methods of a REST API, of its resources and of its OpenAPI document. */
export function restRoutes(api: ApiResource, resources: readonly ApiResource[], leaveOut: LeaveOut): readonly Route[] {
  const own = resources.filter(({ values }) => values.RestApiId === api.physicalId);
  const paths = pathsOf(api, own);
  const methods = own
    .filter(({ type }) => type === "AWS::ApiGateway::Method")
    .flatMap(({ title, values }) => {
      const path = paths.get(String(values.ResourceId));
      const method = String(values.HttpMethod);
      return path === undefined ? [] : routeOf(path, method, values, title, String(values.ResourceId), leaveOut);
    });
  return [...methods, ...documentRoutes(api, leaveOut)];
}

/** Full paths by the ids of resources. A parent stands anywhere among the resources. */
function pathsOf(api: ApiResource, own: readonly ApiResource[]): ReadonlyMap<string, string> {
  const parts = new Map(
    own
      .filter(({ type }) => type === "AWS::ApiGateway::Resource")
      .map(({ physicalId, values }) => [physicalId, values] as const),
  );
  const root = rootResourceId(api.physicalId);
  const pathOf = (id: string, depth: number): string | undefined => {
    if (id === root) {
      return "";
    }
    const values = parts.get(id);
    const parent = values === undefined || depth > parts.size ? undefined : pathOf(String(values.ParentId), depth + 1);
    return parent === undefined ? undefined : `${parent}/${values?.PathPart}`;
  };
  return new Map([
    [root, "/"],
    ...[...parts.keys()].flatMap((id): [string, string][] => {
      const path = pathOf(id, 0);
      return path === undefined ? [] : [[id, path]];
    }),
  ]);
}

function routeOf(
  path: string,
  method: string,
  values: JsonObject,
  title: string,
  resourceId: string,
  leaveOut: LeaveOut,
): Route[] {
  const { AuthorizationType = "NONE", ApiKeyRequired } = values;
  if (AuthorizationType !== "NONE" || ApiKeyRequired === true) {
    leaveOut("Authorization of API Gateway", "requests are not authorized", title);
  }
  const integration = objectOf(values.Integration);
  const functionArn = functionArnOf(integration.Uri);
  if (integration.Type === "AWS_PROXY" && functionArn !== undefined) {
    return [{ path, method, target: { type: "function", functionArn, payloadVersion: "1.0", resourceId } }];
  }
  if (integration.Type === "MOCK") {
    return [{ path, method, target: mockTarget(integration) }];
  }
  leaveOut("Integrations of API Gateway other than Lambda proxies", "their routes are not served", title);
  return [];
}

/** Routes of an OpenAPI document with integrations. */
function documentRoutes({ values, title }: ApiResource, leaveOut: LeaveOut): readonly Route[] {
  return Object.entries(objectOf(objectOf(values.Body).paths)).flatMap(([path, methods]) =>
    Object.entries(objectOf(methods)).flatMap(([name, operation]) => {
      const given = objectOf(objectOf(operation)["x-amazon-apigateway-integration"]);
      const type = String(given.type ?? "").toUpperCase();
      if (type === "") {
        return [];
      }
      const method = name === "x-amazon-apigateway-any-method" ? "ANY" : name.toUpperCase();
      const integration = { Type: type, ...(given.uri === undefined ? {} : { Uri: given.uri }) };
      return routeOf(path, method, { Integration: integration }, `${title} ${method} ${path}`, path, leaveOut);
    }),
  );
}
