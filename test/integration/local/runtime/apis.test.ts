import { afterEach, expect, test } from "vitest";
import { getAtt, nodeFunction, type Resource, ref } from "./assembly.ts";
import { type Harness, start } from "./harness.ts";

/** Returns its event, except on some paths. */
const ECHO = `exports.handler = async (event) => {
  const path = event.rawPath ?? event.path;
  if (path.endsWith("/fail")) throw new RangeError("no");
  if (path.endsWith("/plain")) return { plain: true };
  if (path.endsWith("/bytes")) return { statusCode: 200, headers: { "Content-Type": "image/png" }, body: Buffer.from([0, 255, 1]).toString("base64"), isBase64Encoded: true };
  if (path.endsWith("/cookies")) return { statusCode: 204, cookies: ["a=1", "b=2"], multiValueHeaders: { "Set-Cookie": ["c=3", "d=4"] } };
  return { statusCode: 201, headers: { "X-Own": "y", "Access-Control-Allow-Origin": "own" }, body: JSON.stringify(event) };
};`;

let harness: Harness | undefined;

afterEach(async () => {
  await harness?.close();
  harness = undefined;
});

const lambdaUri = {
  "Fn::Join": [
    "",
    ["arn:aws:apigateway:", ref("AWS::Region"), ":lambda:path/2015-03-31/functions/", getAtt("Echo"), "/invocations"],
  ],
};

const method = (HttpMethod: string, ResourceId: unknown, more: Readonly<Record<string, unknown>> = {}): Resource => ({
  Type: "AWS::ApiGateway::Method",
  Properties: {
    RestApiId: ref("Rest"),
    ResourceId,
    HttpMethod,
    AuthorizationType: "NONE",
    Integration: { Type: "AWS_PROXY", IntegrationHttpMethod: "POST", Uri: lambdaUri },
    ...more,
  },
});

const resource = (PathPart: string, ParentId: unknown): Resource => ({
  Type: "AWS::ApiGateway::Resource",
  Properties: { RestApiId: ref("Rest"), ParentId, PathPart },
});

const addressOf = (api: string, path: string) => ({
  "Fn::Join": ["", ["https://", ref(api), ".execute-api.", ref("AWS::Region"), ".", ref("AWS::URLSuffix"), path]],
});

const REST: Readonly<Record<string, Resource>> = {
  Rest: { Type: "AWS::ApiGateway::RestApi", Properties: { Name: "orders", BinaryMediaTypes: ["image/png"] } },
  Id: resource("{id}", ref("Orders")),
  Orders: resource("orders", getAtt("Rest", "RootResourceId")),
  Rest_: resource("{proxy+}", getAtt("Rest", "RootResourceId")),
  Get: method("GET", ref("Id"), { AuthorizationType: "AWS_IAM" }),
  Any: method("ANY", ref("Rest_")),
  Options: method("OPTIONS", ref("Orders"), {
    Integration: {
      Type: "MOCK",
      IntegrationResponses: [
        {
          StatusCode: "204",
          ResponseParameters: {
            "method.response.header.Access-Control-Allow-Origin": "'*'",
            "method.response.header.X-Mapped": "integration.response.header.x",
          },
        },
      ],
    },
  }),
  Sqs: method("POST", ref("Orders"), {
    Integration: { Type: "AWS", Uri: "arn:aws:apigateway:eu-central-1:sqs:path/1/q" },
  }),
  Deployment: { Type: "AWS::ApiGateway::Deployment", Properties: { RestApiId: ref("Rest") } },
  Stage: {
    Type: "AWS::ApiGateway::Stage",
    Properties: {
      RestApiId: ref("Rest"),
      DeploymentId: ref("Deployment"),
      StageName: "prod",
      Variables: { colour: "blue" },
    },
  },
};

const integration = (version: string): Resource => ({
  Type: "AWS::ApiGatewayV2::Integration",
  Properties: {
    ApiId: ref("Http"),
    IntegrationType: "AWS_PROXY",
    IntegrationUri: getAtt("Echo"),
    PayloadFormatVersion: version,
  },
});

const route = (RouteKey: string, integrationId: string): Resource => ({
  Type: "AWS::ApiGatewayV2::Route",
  Properties: { ApiId: ref("Http"), RouteKey, Target: { "Fn::Join": ["/", ["integrations", ref(integrationId)]] } },
});

const HTTP: Readonly<Record<string, Resource>> = {
  Http: {
    Type: "AWS::ApiGatewayV2::Api",
    Properties: {
      ProtocolType: "HTTP",
      Name: "web",
      CorsConfiguration: {
        AllowOrigins: ["http://localhost:5173"],
        AllowMethods: ["GET", "PUT"],
        AllowHeaders: ["x-a"],
        MaxAge: 60,
      },
    },
  },
  Two: integration("2.0"),
  One: integration("1.0"),
  GetOne: route("GET /items/{id}", "Two"),
  Old: route("ANY /old", "One"),
  Rest_: route("$default", "Two"),
  Default: { Type: "AWS::ApiGatewayV2::Stage", Properties: { ApiId: ref("Http"), StageName: "$default" } },
  Beta: {
    Type: "AWS::ApiGatewayV2::Stage",
    Properties: { ApiId: ref("Http"), StageName: "beta", StageVariables: { v: "1" } },
  },
};

async function startApi(resources: Readonly<Record<string, Resource>>, path: string) {
  const api = "Rest" in resources ? "Rest" : "Http";
  harness = await start({
    App: {
      bundles: { unused: "" },
      resources: {
        Echo: {
          ...nodeFunction("unused"),
          Properties: {
            ...nodeFunction("unused").Properties,
            Timeout: 5,
            Code: { ZipFile: ECHO },
            Environment: { Variables: { OWN_URL: "unset" } },
          },
        },
        ...resources,
      },
      template: { Outputs: { Url: { Value: addressOf(api, path) } } },
    },
  });
  return String(harness.runtime.deployment.outputs.App?.Url).replace(/\/$/, "");
}

test("a REST API: stages, path parameters, ANY, and the event of a Lambda proxy integration", async () => {
  const url = await startApi(REST, "/prod/");
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/_fanfare\/apis\/\w{10}\/prod$/);
  const reply = await fetch(`${url}/orders/a%20b?x=1&x=2`, { headers: { "X-Two": "z" } });
  expect([reply.status, reply.headers.get("x-own")]).toEqual([201, "y"]);
  expect(await reply.json()).toMatchObject({
    resource: "/orders/{id}",
    path: "/orders/a%20b",
    httpMethod: "GET",
    headers: { "X-Two": "z" },
    queryStringParameters: { x: "2" },
    multiValueQueryStringParameters: { x: ["1", "2"] },
    pathParameters: { id: "a b" },
    stageVariables: { colour: "blue" },
    requestContext: { stage: "prod", resourcePath: "/orders/{id}", path: "/prod/orders/a%20b", httpMethod: "GET" },
    body: null,
    isBase64Encoded: false,
  });
  const posted = await fetch(`${url}/any/thing`, {
    method: "PATCH",
    body: "text",
    headers: { "content-type": "image/png" },
  });
  expect(await posted.json()).toMatchObject({
    resource: "/{proxy+}",
    pathParameters: { proxy: "any/thing" },
    body: "dGV4dA==",
    isBase64Encoded: true,
    queryStringParameters: null,
  });
  const bytes = await fetch(`${url}/bytes`);
  expect([bytes.headers.get("content-type"), [...(await bytes.bytes())]]).toEqual(["image/png", [0, 255, 1]]);
  expect((await fetch(`${url}/cookies`)).headers.getSetCookie()).toEqual(["c=3", "d=4"]);
});

test("a REST API answers what it cannot route or understand as API Gateway does", async () => {
  const url = await startApi(REST, "/prod/");
  const answer = async (path: string, options = {}) => {
    const reply = await fetch(`${url}${path}`, options);
    return [reply.status, await reply.json()];
  };
  expect(await answer("/fail")).toEqual([502, { message: "Internal server error" }]);
  expect(await answer("/plain")).toEqual([502, { message: "Internal server error" }]);
  expect(await answer("/orders/1", { method: "DELETE" })).toEqual([403, { message: "Missing Authentication Token" }]);
  expect(await answer("/../nostage/orders/1")).toEqual([403, { message: "Forbidden" }]);
  expect(await answer("/../../nobody/prod/x")).toEqual([404, { message: "there is no API nobody" }]);
  const preflight = await fetch(`${url}/orders`, { method: "OPTIONS" });
  expect([
    preflight.status,
    preflight.headers.get("access-control-allow-origin"),
    preflight.headers.get("x-mapped"),
  ]).toEqual([204, "*", null]);
  expect(harness?.runtime.deployment.leftOut).toEqual([
    { what: "Authorization of API Gateway", meaning: "requests are not authorized", names: ["App/Get"] },
    {
      what: "Integrations of API Gateway other than Lambda proxies",
      meaning: "their routes are not served",
      names: ["App/Sqs"],
    },
  ]);
});

test("an HTTP API: both payload formats, stages, $default, and what a function's result means", async () => {
  const url = await startApi(HTTP, "");
  const two = await fetch(`${url}/items/7?x=1&x=2`, { headers: { cookie: "a=1; b=2", "X-Two": "z" } });
  expect(await two.json()).toMatchObject({
    version: "2.0",
    routeKey: "GET /items/{id}",
    rawPath: "/items/7",
    rawQueryString: "x=1&x=2",
    cookies: ["a=1", "b=2"],
    headers: { "x-two": "z" },
    queryStringParameters: { x: "1,2" },
    pathParameters: { id: "7" },
    requestContext: { stage: "$default", routeKey: "GET /items/{id}", http: { method: "GET", path: "/items/7" } },
    isBase64Encoded: false,
  });
  const beta = await fetch(`${url}/beta/old`, {
    method: "POST",
    body: '{"a":1}',
    headers: { "content-type": "application/json" },
  });
  expect(await beta.json()).toMatchObject({
    version: "1.0",
    resource: "/old",
    path: "/beta/old",
    stageVariables: { v: "1" },
    requestContext: { stage: "beta" },
    body: '{"a":1}',
  });
  const fallback = await fetch(`${url}/else`, { method: "PUT" });
  expect(await fallback.json()).toMatchObject({ routeKey: "$default", rawPath: "/else" });
  const plain = await fetch(`${url}/plain`);
  expect([plain.status, plain.headers.get("content-type"), await plain.json()]).toEqual([
    200,
    "application/json",
    { plain: true },
  ]);
  const failed = await fetch(`${url}/fail`);
  expect([failed.status, await failed.json()]).toEqual([500, { message: "Internal Server Error" }]);
  expect((await fetch(`${url}/cookies`)).headers.getSetCookie()).toEqual(["a=1", "b=2"]);
  expect(harness?.runtime.deployment.leftOut).toEqual([]);
});

test("an HTTP API with CORS answers preflight requests itself, and its headers win", async () => {
  const url = await startApi(HTTP, "");
  const origin = "http://localhost:5173";
  const preflight = await fetch(`${url}/items/7`, {
    method: "OPTIONS",
    headers: { origin, "access-control-request-method": "PUT" },
  });
  expect([preflight.status, Object.fromEntries(preflight.headers)]).toEqual([
    204,
    expect.objectContaining({
      "access-control-allow-origin": origin,
      "access-control-allow-methods": "GET,PUT",
      "access-control-allow-headers": "x-a",
      "access-control-max-age": "60",
    }),
  ]);
  expect((await fetch(`${url}/items/7`, { headers: { origin } })).headers.get("access-control-allow-origin")).toBe(
    origin,
  );
  const other = await fetch(`${url}/items/7`, { headers: { origin: "http://localhost:1" } });
  expect(other.headers.get("access-control-allow-origin")).toBeNull();
  expect((await fetch(`${url}/items/7`, { headers: { origin: "https://evil.example" } })).status).toBe(403);
});
