import { isJsonObject, parseJson } from "../../std/index.ts";
import {
  bodyOf,
  describedReply,
  isText,
  joinedHeaders,
  jsonReply,
  type PlainReply,
  type PlainRequest,
} from "./http.ts";

/** What differs between the events of function URLs and of the routes of HTTP APIs. */
export interface Version2Context {
  readonly accountId: string;
  readonly apiId: string;
  readonly routeKey: string;
  readonly stage: string;
  /** With the stage, where it has a name. */
  readonly rawPath: string;
  readonly pathParameters: Readonly<Record<string, string>>;
  readonly stageVariables: Readonly<Record<string, string>>;
}

/** The event of a function URL. Source: Lambda Developer Guide, "Invoking Lambda function URLs". */
export function functionUrlEvent(request: PlainRequest): object {
  return version2Event(request, {
    accountId: "anonymous",
    apiId: "local",
    routeKey: "$default",
    stage: "$default",
    rawPath: request.path === "" ? "/" : request.path,
    pathParameters: {},
    stageVariables: {},
  });
}

/** An event of payload format 2.0. Source: API Gateway Developer Guide, "AWS Lambda proxy integrations for HTTP APIs". */
export function version2Event(request: PlainRequest, context: Version2Context): object {
  const { id, method, query, receivedAt } = request;
  const { routeKey, stage, rawPath, accountId, apiId, pathParameters, stageVariables } = context;
  const { cookie, ...headers } = joinedHeaders(request, ",");
  const names = [...new Set(query.keys())];
  const text = bodyOf(request.body, isText(request), undefined);
  return {
    version: "2.0",
    routeKey,
    rawPath,
    rawQueryString: query.toString(),
    ...(cookie === undefined ? {} : { cookies: cookie.split(/; ?|,/) }),
    headers,
    ...whenAny("queryStringParameters", Object.fromEntries(names.map((name) => [name, query.getAll(name).join(",")]))),
    requestContext: {
      accountId,
      apiId,
      domainName: headers.host ?? "",
      domainPrefix: apiId,
      http: {
        method,
        path: rawPath,
        protocol: "HTTP/1.1",
        sourceIp: "127.0.0.1",
        userAgent: headers["user-agent"] ?? "",
      },
      requestId: id,
      routeKey,
      stage,
      time: logTime(receivedAt),
      timeEpoch: receivedAt,
    },
    ...whenAny("pathParameters", pathParameters),
    ...whenAny("stageVariables", stageVariables),
    ...(text.body === undefined ? {} : { body: text.body }),
    isBase64Encoded: text.isBase64Encoded,
  };
}

/**
 * The reply that a function's result means in payload format 2.0: an object with `statusCode`, or anything else as a JSON body of 200.
 *
 * @param errorStatus status of an error of the function: 502 of a function URL, 500 of an HTTP API
 */
export function version2Reply(payload: string, isError: boolean, errorStatus: number): PlainReply {
  if (isError) {
    return jsonReply(errorStatus, { message: "Internal Server Error" });
  }
  const result = parseJson(payload);
  if (isJsonObject(result) && typeof result.statusCode === "number") {
    return describedReply(result, result.statusCode);
  }
  return {
    status: 200,
    headers: { "content-type": "application/json" },
    body: typeof result === "string" ? result : payload,
  };
}

/** `12/Mar/2026:19:03:58 +0000`, the form of access logs. */
export function logTime(milliseconds: number): string {
  const [, day, month, year, time] = new Date(milliseconds).toUTCString().split(" ");
  return `${day}/${month}/${year}:${time} +0000`;
}

/** A field that is absent where it would be empty. */
function whenAny(name: string, fields: Readonly<Record<string, string>>): object {
  return Object.keys(fields).length === 0 ? {} : { [name]: fields };
}
