import type { ClientRequest, IncomingMessage } from "node:http";
import type { RequestOptions } from "node:https";
import { registerHooks, syncBuiltinESMExports } from "node:module";

/**
 * Host of the addresses that custom resources answer to. Handlers send to it with HTTPS and port 443 whatever the address says, as the
 * module `cfn-response` of AWS does, so that the way to the local server is made in the function's process. No DNS server knows it.
 */
const RESPONSE_HOST = "cloudformation-response.fanfare.invalid";
export const RESPONSE_ORIGIN = `https://${RESPONSE_HOST}`;

/** Sends requests to {@link RESPONSE_ORIGIN} to the local server. All others go where they went. */
export function routeResponses(endpoint: string): void {
  routeFetch(endpoint);
  let isRouted = false;
  // Most functions never load `node:https`, which takes longer than the rest of the start.
  registerHooks({
    resolve(specifier, context, nextResolve) {
      if (!isRouted && (specifier === "https" || specifier === "node:https")) {
        isRouted = true;
        routeHttps(endpoint);
      }
      return nextResolve(specifier, context);
    },
  });
}

function routeHttps(endpoint: string): void {
  const { hostname, port, host } = new URL(endpoint);
  const http = process.getBuiltinModule("node:http");
  const https = process.getBuiltinModule("node:https");
  const request = https.request.bind(https);
  const routed = (...parameters: Parameters<typeof https.request>): ClientRequest => {
    const { options, callback } = normalised(parameters);
    if ((options.hostname ?? options.host) !== RESPONSE_HOST) {
      return request(...parameters);
    }
    const { agent: _https, defaultPort: _443, headers, ...rest } = options;
    return http.request(
      { ...rest, protocol: "http:", hostname, host: hostname, port, headers: { ...headers, host } },
      callback,
    );
  };
  Object.assign(https, { request: routed });
  syncBuiltinESMExports();
}

function routeFetch(endpoint: string): void {
  const fetchAsBefore = globalThis.fetch;
  globalThis.fetch = (input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    return url.startsWith(RESPONSE_ORIGIN)
      ? fetchAsBefore(new URL(url.slice(RESPONSE_ORIGIN.length), endpoint), input instanceof Request ? input : init)
      : fetchAsBefore(input, init);
  };
}

/** `request(url, options, callback)`, `request(url, callback)` and `request(options, callback)` in one form. */
function normalised(parameters: readonly unknown[]): {
  options: RequestOptions;
  callback: ((response: IncomingMessage) => void) | undefined;
} {
  const options: RequestOptions = {};
  let callback: ((response: IncomingMessage) => void) | undefined;
  for (const parameter of parameters) {
    if (typeof parameter === "string" || parameter instanceof URL) {
      const { hostname, pathname, search } = new URL(parameter);
      Object.assign(options, { hostname, path: pathname + search });
    } else if (typeof parameter === "function") {
      callback = (response) => Reflect.apply(parameter, undefined, [response]);
    } else {
      Object.assign(options, parameter);
    }
  }
  return { options, callback };
}
