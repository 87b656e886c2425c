import { AwsError } from "../../engine/index.ts";
import { readBody } from "../http/body.ts";
import { BODY_LIMITS } from "../limits.ts";
import { headerOf, type Service } from "./service.ts";
import { jsonError } from "./unsupported.ts";

/** Headers that belong to one connection, or that the client for the next one sets itself. */
const NOT_PASSED_ON = new Set([
  "host",
  "connection",
  "keep-alive",
  "transfer-encoding",
  "content-length",
  "expect",
  "upgrade",
  "te",
  "trailer",
  "proxy-authorization",
  "proxy-connection",
  // The response is passed on byte by byte, because its header x-amz-crc32 is the checksum of the bytes.
  "accept-encoding",
]);

/**
 * DynamoDB and its streams, passed on to a real emulator as they came.
 *
 * @param endpoint - where the emulator listens, or undefined where there is none.
 */
export function dynamoDbService(endpoint: string | undefined): Service {
  return {
    name: "dynamodb",
    async handle(request) {
      const { incoming } = request;
      request.operation = headerOf(incoming, "x-amz-target")?.replace(/^.*\./, "") ?? "";
      if (endpoint === undefined) {
        throw new AwsError(
          "UnsupportedOperation",
          "The local runtime was started without a DynamoDB emulator. Start it with the option dynamoDbEndpoint (for " +
            "example http://127.0.0.1:8000), or give the DynamoDB client another endpoint.",
          { statusCode: 501 },
        );
      }
      const body = await readBody(incoming, BODY_LIMITS.dynamoDb);
      const headers = new Headers({ "accept-encoding": "identity" });
      for (const name of Object.keys(incoming.headers)) {
        const value = headerOf(incoming, name);
        if (value !== undefined && !NOT_PASSED_ON.has(name)) {
          headers.set(name, value);
        }
      }
      const url = new URL(endpoint);
      // Set, not resolved against the endpoint: a path such as "//elsewhere/" would lead to another host.
      url.pathname = request.path;
      const answer = await forward(url, request.method, headers, body, request.gone);
      const answerHeaders = Object.fromEntries(
        [...answer.headers].filter(([name]) => !NOT_PASSED_ON.has(name) && name !== "content-encoding"),
      );
      return { status: answer.status, headers: answerHeaders, body: new Uint8Array(await answer.arrayBuffer()) };
    },
    fail: (error, request) => jsonError(error, request, "com.amazonaws.dynamodb.v20120810"),
  };
}

async function forward(url: URL, method: string, headers: Headers, body: Uint8Array, gone: AbortSignal) {
  try {
    return await fetch(url, {
      method,
      headers,
      signal: gone,
      redirect: "error",
      ...(method !== "GET" && method !== "HEAD" && { body: new Uint8Array(body) }),
    });
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    throw new AwsError(
      "ServiceUnavailable",
      `The DynamoDB emulator at ${url.origin} does not respond: ${cause}. Check that it is running.`,
      { statusCode: 503 },
    );
  }
}
