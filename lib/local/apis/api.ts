import type { Json } from "../../std/index.ts";

/** A REST API or HTTP API of API Gateway, as far as it calls functions. */
export interface Api {
  readonly kind: "rest" | "http";
  readonly id: string;
  /** Name in the template. */
  readonly name: string;
  readonly accountId: string;
  readonly routes: readonly Route[];
  /** Variables of each stage, by its name. */
  readonly stages: ReadonlyMap<string, Readonly<Record<string, string>>>;
  /** Of an HTTP API. */
  readonly cors: Cors | undefined;
  /** Of a REST API: types whose bodies come as base64. */
  readonly binaryTypes: readonly string[];
}

/** What answers a request. */
export interface Route {
  /** A verb, or `ANY`. */
  readonly method: string;
  /** `/orders/{id}`, `/files/{proxy+}` or, of an HTTP API, `$default`. */
  readonly path: string;
  readonly target: RouteTarget;
}

export type RouteTarget =
  | {
      readonly type: "function";
      readonly functionArn: string;
      readonly payloadVersion: string;
      readonly resourceId: string;
    }
  /** A mock integration of a REST API with a constant answer, as for CORS. */
  | { readonly type: "mock"; readonly status: number; readonly headers: Readonly<Record<string, string>> };

/** Source: API Gateway API Reference, `Cors` of HTTP APIs. */
export interface Cors {
  readonly allowOrigins: readonly string[];
  readonly allowMethods: readonly string[];
  readonly allowHeaders: readonly string[];
  readonly exposeHeaders: readonly string[];
  readonly maxAge: string | undefined;
  readonly allowCredentials: boolean;
}

/** Where an API is, below the address of the server: `/_fanfare/apis/<id>`. */
export const APIS_PATH = "/_fanfare/apis/";

/** The address of an API, without a path. */
export function localAddress(endpoint: string, id: string): string {
  return `${endpoint}${APIS_PATH}${id}`;
}

/** The address that an API has on AWS, in any string. */
const AWS_ADDRESS = /https:\/\/([a-z0-9]+)\.execute-api\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?/g;

/** Replaces the addresses that the app's APIs would have on AWS by those that they have here, in all strings of a value. */
export function withLocalAddresses<Value extends Json>(
  value: Value,
  endpoint: string,
  isApi: (id: string) => boolean,
): Value {
  const text = JSON.stringify(value);
  // Quick for what has none: the texts of most resources.
  if (!text.includes(".execute-api.")) {
    return value;
  }
  return JSON.parse(
    text.replace(AWS_ADDRESS, (address: string, id: string) => (isApi(id) ? localAddress(endpoint, id) : address)),
  );
}
