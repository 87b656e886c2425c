import { type JsonObject, objectOf, parseJson } from "../../../std/index.ts";
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
  /** The configuration of a function by its physical name, as Lambda writes it. */
  describe(functionName: string): JsonObject | undefined;
  /** All event source mappings, as Lambda writes them. */
  mappings(): readonly JsonObject[];
  /** Pauses or resumes a mapping; `undefined` for an id that no mapping has. */
  setMappingEnabled(uuid: string, enabled: boolean): Promise<JsonObject | undefined>;
}

const OPERATIONS = [
  "Invoke",
  "GetFunctionConfiguration",
  "ListEventSourceMappings",
  "GetEventSourceMapping",
  "UpdateEventSourceMapping",
];

/** As much of Lambda's API as functions use to call each other (`Invoke`), and as operators use to find, pause and resume consumers. */
export function lambdaService(gateway: FunctionGateway): Service {
  return {
    name: "lambda",
    async handle(request) {
      const { method, path } = request;
      const [, reference, part] = /^\/2015-03-31\/functions\/([^/]+)\/(invocations|configuration)\/?$/.exec(path) ?? [];
      if (reference !== undefined && part === "invocations" && method === "POST") {
        request.operation = "Invoke";
        return invoke(gateway, functionNamed(gateway, reference, request), request);
      }
      if (reference !== undefined && part === "configuration" && method === "GET") {
        request.operation = "GetFunctionConfiguration";
        return jsonReply(request, gateway.describe(functionNamed(gateway, reference, request)) ?? {});
      }
      const [, uuid] = /^\/2015-03-31\/event-source-mappings(?:\/([^/]*))?\/?$/.exec(path) ?? [];
      if (uuid !== undefined || /^\/2015-03-31\/event-source-mappings$/.test(path)) {
        return await mappingCall(gateway, uuid ?? "", request);
      }
      throw unsupportedOperation("Lambda", `${method} ${path}`, OPERATIONS, {
        code: "UnsupportedOperation",
        statusCode: 501,
      });
    },
    fail: (error, request) => jsonError(error, request),
  };
}

function functionNamed(gateway: FunctionGateway, reference: string, request: ServiceRequest): string {
  const functionName = gateway.resolve(decodeURIComponent(reference));
  if (functionName === undefined) {
    const { region, accountId } = request.context;
    const arn = `arn:aws:lambda:${region}:${accountId}:function:${decodeURIComponent(reference)}`;
    throw new AwsError("ResourceNotFoundException", `Function not found: ${arn}`, { statusCode: 404 });
  }
  return functionName;
}

async function mappingCall(gateway: FunctionGateway, uuid: string, request: ServiceRequest): Promise<ServiceReply> {
  if (uuid === "" && request.method === "GET") {
    request.operation = "ListEventSourceMappings";
    const url = new URL(request.incoming.url ?? "/", "http://localhost");
    const source = url.searchParams.get("EventSourceArn");
    const all = gateway.mappings().filter(({ EventSourceArn }) => source === null || EventSourceArn === source);
    return jsonReply(request, { EventSourceMappings: all });
  }
  if (request.method === "PUT") {
    request.operation = "UpdateEventSourceMapping";
    const body = objectOf(
      parseJson(Buffer.from(await readBody(request.incoming, BODY_LIMITS.message)).toString("utf8")),
    );
    const others = Object.keys(body).filter((name) => name !== "Enabled");
    if (others.length > 0 || typeof body.Enabled !== "boolean") {
      throw new AwsError("InvalidParameterValueException", "here only Enabled can be changed; deploy the rest", {
        statusCode: 400,
      });
    }
    return jsonReply(request, known(uuid, await gateway.setMappingEnabled(uuid, body.Enabled)), 202);
  }
  request.operation = "GetEventSourceMapping";
  return jsonReply(
    request,
    known(
      uuid,
      gateway.mappings().find((each) => each.UUID === uuid),
    ),
  );
}

function known(uuid: string, mapping: JsonObject | undefined): JsonObject {
  if (mapping === undefined) {
    throw new AwsError("ResourceNotFoundException", `The resource you requested does not exist: ${uuid}`, {
      statusCode: 404,
    });
  }
  return mapping;
}

function jsonReply(request: ServiceRequest, body: JsonObject, status = 200): ServiceReply {
  return {
    status,
    headers: { "content-type": "application/json", "x-amzn-requestid": request.id },
    body: JSON.stringify(body),
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
