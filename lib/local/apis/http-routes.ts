import { type JsonObject, objectOf } from "../../std/index.ts";
import type { Route } from "./api.ts";
import { functionArnOf } from "./integration.ts";
import type { ApiResource, LeaveOut } from "./resource.ts";

/** The routes of an HTTP API: its own resources, the function of a quick create, and an OpenAPI document. */
export function httpRoutes(api: ApiResource, resources: readonly ApiResource[], leaveOut: LeaveOut): readonly Route[] {
  const own = resources.filter(({ values }) => values.ApiId === api.physicalId);
  const integrations = new Map(
    own.filter(({ type }) => type === "AWS::ApiGatewayV2::Integration").map((each) => [each.physicalId, each]),
  );
  const routes = own
    .filter(({ type }) => type === "AWS::ApiGatewayV2::Route")
    .flatMap(({ title, values }) => {
      const { RouteKey, Target, AuthorizationType = "NONE" } = values;
      if (AuthorizationType !== "NONE") {
        leaveOut("Authorization of API Gateway", "requests are not authorized", title);
      }
      const integration = integrations.get(String(Target).replace(/^integrations\//, ""));
      return routeOf(String(RouteKey), integration?.values ?? {}, title, leaveOut);
    });
  const quick = functionArnOf(api.values.Target);
  return [
    ...routes,
    ...(quick === undefined ? [] : [route(String(api.values.RouteKey ?? "$default"), quick, "2.0")]),
    ...documentRoutes(api, leaveOut),
  ];
}

function routeOf(routeKey: string, integration: JsonObject, title: string, leaveOut: LeaveOut): Route[] {
  const functionArn = functionArnOf(integration.IntegrationUri);
  if (
    integration.IntegrationType !== "AWS_PROXY" ||
    integration.IntegrationSubtype !== undefined ||
    functionArn === undefined
  ) {
    leaveOut("Integrations of API Gateway other than Lambda proxies", "their routes are not served", title);
    return [];
  }
  // CloudFormation's own default is 1.0.
  return [route(routeKey, functionArn, String(integration.PayloadFormatVersion ?? "1.0"))];
}

/** @param routeKey `GET /orders/{id}`, `ANY /x` or `$default` */
function route(routeKey: string, functionArn: string, payloadVersion: string): Route {
  const [first = "", second] = routeKey.split(" ");
  return {
    method: second === undefined ? "ANY" : first,
    path: second ?? "$default",
    target: { type: "function", functionArn, payloadVersion, resourceId: routeKey },
  };
}

function documentRoutes({ values, title }: ApiResource, leaveOut: LeaveOut): readonly Route[] {
  return Object.entries(objectOf(objectOf(values.Body).paths)).flatMap(([path, methods]) =>
    Object.entries(objectOf(methods)).flatMap(([name, operation]) => {
      const given = objectOf(objectOf(operation)["x-amazon-apigateway-integration"]);
      if (given.type === undefined) {
        return [];
      }
      const method = name === "x-amazon-apigateway-any-method" ? "ANY" : name.toUpperCase();
      const routeKey = path === "/$default" ? "$default" : `${method} ${path}`;
      const integration = {
        IntegrationType: String(given.type).toUpperCase(),
        IntegrationUri: given.uri ?? "",
        PayloadFormatVersion: given.payloadFormatVersion ?? "1.0",
      };
      return routeOf(routeKey, integration, `${title} ${routeKey}`, leaveOut);
    }),
  );
}
