import { isJsonObject, type Json, objectOf } from "../../std/index.ts";
import type { Api, Cors } from "./api.ts";
import { httpRoutes } from "./http-routes.ts";
import type { ApiResource, LeaveOut } from "./resource.ts";
import { restRoutes } from "./rest-routes.ts";

/** The APIs of an app, put together from the resources of API Gateway that its templates declare. */
export function collectApis(resources: readonly ApiResource[], leaveOut: LeaveOut): readonly Api[] {
  const ofType = (type: string): readonly ApiResource[] => resources.filter((resource) => resource.type === type);
  const rest = ofType("AWS::ApiGateway::RestApi").map(
    (api): Api => ({
      kind: "rest",
      ...common(api),
      routes: restRoutes(api, resources, leaveOut),
      stages: stagesOf(
        api,
        [...ofType("AWS::ApiGateway::Stage"), ...ofType("AWS::ApiGateway::Deployment")],
        "RestApiId",
        "Variables",
      ),
      cors: undefined,
      binaryTypes: texts(api.values.BinaryMediaTypes),
    }),
  );
  const http = ofType("AWS::ApiGatewayV2::Api").flatMap((api): Api[] => {
    if (api.values.ProtocolType === "WEBSOCKET") {
      leaveOut("WebSocket APIs", "nobody can connect", api.title);
      return [];
    }
    const isQuick = api.values.Target !== undefined;
    const stages = stagesOf(api, ofType("AWS::ApiGatewayV2::Stage"), "ApiId", "StageVariables");
    return [
      {
        kind: "http",
        ...common(api),
        routes: httpRoutes(api, resources, leaveOut),
        stages: isQuick ? new Map([["$default", {}], ...stages]) : stages,
        cors: corsOf(api.values.CorsConfiguration),
        binaryTypes: [],
      },
    ];
  });
  return [...rest, ...http];
}

function common({ physicalId, title, values, accountId }: ApiResource): Pick<Api, "id" | "name" | "accountId"> {
  return { id: physicalId, name: typeof values.Name === "string" ? values.Name : title, accountId };
}

function stagesOf(
  api: ApiResource,
  candidates: readonly ApiResource[],
  idProperty: string,
  variablesProperty: string,
): Map<string, Readonly<Record<string, string>>> {
  const stages = new Map<string, Readonly<Record<string, string>>>();
  for (const { values } of candidates) {
    const { StageName } = values;
    if (values[idProperty] === api.physicalId && typeof StageName === "string" && !stages.has(StageName)) {
      const variables = Object.entries(objectOf(values[variablesProperty]));
      stages.set(StageName, Object.fromEntries(variables.map(([name, value]) => [name, String(value)])));
    }
  }
  return stages;
}

function corsOf(value: Json | undefined): Cors | undefined {
  if (!isJsonObject(value)) {
    return undefined;
  }
  return {
    allowOrigins: texts(value.AllowOrigins),
    allowMethods: texts(value.AllowMethods),
    allowHeaders: texts(value.AllowHeaders),
    exposeHeaders: texts(value.ExposeHeaders),
    maxAge: value.MaxAge === undefined ? undefined : String(value.MaxAge),
    allowCredentials: value.AllowCredentials === true || value.AllowCredentials === "true",
  };
}

function texts(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
