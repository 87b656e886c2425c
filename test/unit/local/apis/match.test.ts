import { describe, expect, test } from "vitest";
import { matchRoute } from "../../../../lib/local/apis/match.ts";

const routes = (...keys: string[]) =>
  keys.map((key) => {
    const [method = "ANY", path = "$default"] = key === "$default" ? [] : key.split(" ");
    return { method, path, target: { type: "mock", status: 200, headers: {} } as const };
  });

const find = (kind: "rest" | "http", keys: readonly string[], method: string, path: string) => {
  const match = matchRoute({ kind, routes: routes(...keys) }, method, path);
  return match && [`${match.route.method} ${match.route.path}`, match.pathParameters];
};

describe("the route of a request", () => {
  test.each([
    // The examples of the Developer Guide, "Routes for HTTP APIs".
    ["GET", "/pets/dog/1", "GET /pets/dog/1", {}],
    ["GET", "/pets/dog/2", "GET /pets/dog/{id}", { id: "2" }],
    ["GET", "/pets/cat/1", "GET /pets/{proxy+}", { proxy: "cat/1" }],
    ["POST", "/test/5", "ANY /{proxy+}", { proxy: "test/5" }],
    ["POST", "/pets/dog/1", "ANY /{proxy+}", { proxy: "pets/dog/1" }],
    ["GET", "/", "ANY $default", {}],
    ["GET", "/pets/dog/a%20b%2Fc", "GET /pets/dog/{id}", { id: "a b/c" }],
    ["GET", "/pets/dog/2/", "GET /pets/dog/{id}", { id: "2" }],
  ])("%s %s of an HTTP API is %s", (method, path, expected, parameters) => {
    const keys = ["$default", "ANY /{proxy+}", "GET /pets/{proxy+}", "GET /pets/dog/{id}", "GET /pets/dog/1"];
    expect(find("http", keys, method, path)).toEqual([expected, parameters]);
  });

  test("the method itself is before ANY", () => {
    expect(find("http", ["ANY /a", "GET /a"], "GET", "/a")?.[0]).toBe("GET /a");
    expect(find("http", ["ANY /a", "GET /a"], "PUT", "/a")?.[0]).toBe("ANY /a");
  });

  test("in a REST API the resource decides first: a method that it does not have is not looked for elsewhere", () => {
    const keys = ["ANY /{proxy+}", "GET /orders/{id}", "GET /"];
    expect(find("rest", keys, "GET", "/orders/1")).toEqual(["GET /orders/{id}", { id: "1" }]);
    expect(find("rest", keys, "POST", "/orders/1")).toBeUndefined();
    expect(find("rest", keys, "POST", "/other")).toEqual(["ANY /{proxy+}", { proxy: "other" }]);
    expect(find("rest", keys, "GET", "/")).toEqual(["GET /", {}]);
    expect(find("rest", keys, "POST", "/")).toBeUndefined();
  });

  test("names such as __proto__ in a path are values like others", () => {
    expect(find("http", ["GET /{a}/{b}"], "GET", "/__proto__/toString")).toEqual([
      "GET /{a}/{b}",
      { a: "__proto__", b: "toString" },
    ]);
  });
});
