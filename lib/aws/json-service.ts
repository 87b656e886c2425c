import { type JsonObject, objectOf } from "../std/index.ts";
import type { Call } from "./call.ts";
import { regionalEndpoint } from "./endpoint.ts";
import { type Credentials, outputOf, sign } from "./lean/index.ts";

/** Calls one operation of a service with the protocol AWS JSON 1.1. @throws ServiceError as the service says; SyntaxError for no JSON */
export type JsonService = (operation: string, input: JsonObject) => Promise<JsonObject>;

/** Which service, and where. */
export interface JsonServiceOptions {
  /** In its host name and in signatures: `kms`. */
  readonly service: string;
  /** The service's name in `X-Amz-Target`: `TrentService`. */
  readonly target: string;
  /** @default AWS's, of the Region */
  readonly endpoint?: string | undefined;
}

/** A client of the SDK, which knows the Region and finds the credentials. */
interface Identity {
  readonly config: {
    readonly region: () => Promise<string>;
    readonly credentials: () => Promise<Credentials>;
  };
}

/** Calls a service of which operators need one or two operations, with what another service's client knows: no SDK client is installed for it. */
export function jsonService(
  { service, target, endpoint }: JsonServiceOptions,
  identity: () => Promise<{ readonly call: Call<Identity> }>,
): JsonService {
  return async (operation, input) => {
    const { call } = await identity();
    return await call(async ({ config }, { abortSignal }) => {
      const [region, credentials] = [await config.region(), await config.credentials()];
      const url = new URL(endpoint ?? regionalEndpoint(service, region));
      const body = JSON.stringify(input);
      const headers = {
        host: url.host,
        "content-type": "application/x-amz-json-1.1",
        "x-amz-target": `${target}.${operation}`,
      };
      const request = { method: "POST", path: url.pathname, headers, body };
      // `fetch` sets the host itself.
      const { host: _, ...signed } = sign(request, credentials, { region, service }, Date.now());
      const response = await fetch(url, { method: "POST", headers: signed, body, signal: abortSignal });
      const reply = {
        statusCode: response.status,
        headers: Object.fromEntries(response.headers),
        body: Buffer.from(await response.arrayBuffer()),
      };
      return objectOf(outputOf(reply, credentials));
    });
  };
}
