import { isJsonObject, type JsonObject } from "../../std/index.ts";

/** A request as it came, read to its end. */
export interface PlainRequest {
  readonly id: string;
  readonly method: string;
  /** Percent-encoded, below the address of the API or function. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Names as the client wrote them, with repetitions. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer;
  /** Milliseconds since the epoch. */
  readonly receivedAt: number;
}

/** What is sent back. */
export interface PlainReply {
  readonly status: number;
  /** In lower case. */
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: string | Buffer;
}

/** Bodies of these types are text; all others come as base64. Source: API Gateway Developer Guide, "AWS Lambda proxy integrations for HTTP APIs". */
const TEXT = /^(?:text\/|application\/(?:json|javascript|xml|x-www-form-urlencoded|[\w.-]+\+(?:json|xml)))/;

export function headerOf({ headers }: PlainRequest, name: string): string | undefined {
  return headers.find(([each]) => each.toLowerCase() === name)?.[1];
}

/** Headers by their names in lower case; values of repeated ones are joined. */
export function joinedHeaders({ headers }: PlainRequest, separator: string): Record<string, string> {
  const joined: Record<string, string> = {};
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    joined[key] = Object.hasOwn(joined, key) ? `${joined[key]}${separator}${value}` : value;
  }
  return joined;
}

/** Whether the body is passed on as text, by its type. */
export function isText(request: PlainRequest): boolean {
  return TEXT.test(headerOf(request, "content-type") ?? "text/plain");
}

/** `body` and `isBase64Encoded` of an event; `body` is `empty` without one. */
export function bodyOf<Empty>(
  body: Buffer,
  asText: boolean,
  empty: Empty,
): { body: string | Empty; isBase64Encoded: boolean } {
  return {
    body: body.byteLength === 0 ? empty : body.toString(asText ? "utf8" : "base64"),
    isBase64Encoded: body.byteLength > 0 && !asText,
  };
}

export function jsonReply(status: number, content: object): PlainReply {
  return { status, headers: { "content-type": "application/json" }, body: JSON.stringify(content) };
}

/** The reply that the fields of a function's result describe: `statusCode`, `headers`, `multiValueHeaders`, `cookies`, `body`. */
export function describedReply(result: JsonObject, status: number): PlainReply {
  const single = isJsonObject(result.headers) ? result.headers : {};
  const several = isJsonObject(result.multiValueHeaders) ? result.multiValueHeaders : {};
  const headers = new Map<string, string | string[]>([["content-type", "application/json"]]);
  for (const [name, value] of Object.entries(single)) {
    headers.set(name.toLowerCase(), String(value));
  }
  for (const [name, values] of Object.entries(several)) {
    headers.set(name.toLowerCase(), Array.isArray(values) ? values.map(String) : String(values));
  }
  if (Array.isArray(result.cookies)) {
    headers.set("set-cookie", result.cookies.map(String));
  }
  const given = result.body ?? "";
  const text = typeof given === "string" ? given : JSON.stringify(given);
  return {
    status,
    headers: Object.fromEntries(headers),
    body: result.isBase64Encoded === true ? Buffer.from(text, "base64") : text,
  };
}
