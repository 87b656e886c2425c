import { parseJson } from "../../../std/index.ts";
import { AwsError } from "../../engine/index.ts";
import { readBody } from "../http/body.ts";
import { BODY_LIMITS } from "../limits.ts";
import { headerOf, type Service, type ServiceReply, type ServiceRequest } from "./service.ts";
import { jsonError, unsupportedOperation } from "./unsupported.ts";

/** Largest event of an asynchronous invocation, in bytes. Source: Lambda Developer Guide, "Lambda quotas". */
const MAX_EVENT_BYTES = 1024 * 1024;

/** What a synchronous invocation returned: a payload as JSON, of the function or of its error. */
export interface FunctionReply {
  readonly payload: string;
  readonly isError: boolean;
}

/** The functions that run behind the server. */
export interface FunctionGateway {
  /** The physical name of a function, by its name, ARN, logical id or construct path. */
  resolve(reference: string): string | undefined;
  invoke(functionName: string, payload: unknown): Promise<FunctionReply>;
  /** Accepts an event for a function, and returns. */
  invokeLater(functionName: string, payload: unknown): void;
}

/** As much of Lambda's API as functions use to call each other: `Invoke`, in all three types. */
export function lambdaService(gateway: FunctionGateway): Service {
  return {
    name: "lambda",
    async handle(request) {
      const [, reference] = /^\/2015-03-31\/functions\/([^/]+)\/invocations\/?$/.exec(request.path) ?? [];
      if (reference === undefined || request.method !== "POST") {
        const operation = `${request.method} ${request.path}`;
        throw unsupportedOperation("Lambda", operation, ["Invoke"], { code: "UnsupportedOperation", statusCode: 501 });
      }
      request.operation = "Invoke";
      const functionName = gateway.resolve(decodeURIComponent(reference));
      if (functionName === undefined) {
        const { region, accountId } = request.context;
        const arn = `arn:aws:lambda:${region}:${accountId}:function:${decodeURIComponent(reference)}`;
        throw new AwsError("ResourceNotFoundException", `Function not found: ${arn}`, { statusCode: 404 });
      }
      return invoke(gateway, functionName, request);
    },
    fail: (error, request) => jsonError(error, request),
  };
}

async function invoke(gateway: FunctionGateway, functionName: string, request: ServiceRequest): Promise<ServiceReply> {
  const text = Buffer.from(await readBody(request.incoming, BODY_LIMITS.message)).toString("utf8");
  const payload = text === "" ? {} : parseJson(text);
  if (payload === undefined) {
    throw new AwsError(
      "InvalidRequestContentException",
      `Could not parse request body into json: ${text.slice(0, 100)}`,
    );
  }
  const type = headerOf(request.incoming, "x-amz-invocation-type") ?? "RequestResponse";
  switch (type) {
    case "DryRun":
      return reply(204, "");
    case "Event":
      if (Buffer.byteLength(text) > MAX_EVENT_BYTES) {
        throw new AwsError(
          "RequestTooLargeException",
          `${Buffer.byteLength(text)} byte payload is too large for the Event invocation type (limit ${MAX_EVENT_BYTES} bytes)`,
          { statusCode: 413 },
        );
      }
      gateway.invokeLater(functionName, payload);
      return reply(202, "");
    case "RequestResponse": {
      const { payload: result, isError } = await gateway.invoke(functionName, payload);
      return reply(200, result, isError ? { "x-amz-function-error": "Unhandled" } : {});
    }
    default:
      throw new AwsError(
        "ValidationException",
        `1 validation error detected: Value '${type}' at 'invocationType' failed to satisfy constraint: Member must satisfy enum value set: [Event, RequestResponse, DryRun]`,
      );
  }

  function reply(status: number, body: string, headers: Readonly<Record<string, string>> = {}): ServiceReply {
    return {
      status,
      headers: {
        "content-type": "application/json",
        "x-amzn-requestid": request.id,
        ...(status === 200 ? { "x-amz-executed-version": "$LATEST" } : {}),
        ...headers,
      },
      body,
    };
  }
}
