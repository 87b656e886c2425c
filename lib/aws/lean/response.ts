import { isJsonObject, type JsonObject } from "../../std/index.ts";
import type { Credentials } from "./credentials.ts";
import type { HttpResponse } from "./http.ts";

/** A refusal or failure that a service responded with. It has the shape of the SDK's errors; compare `name`. */
export class ServiceError extends Error {
  /** Whose fault it is, by the status. */
  readonly $fault: "client" | "server";
  readonly $metadata: Metadata;

  constructor(name: string, message: string, $metadata: Metadata) {
    super(message);
    this.name = name;
    this.$metadata = $metadata;
    this.$fault = $metadata.httpStatusCode < 500 ? "client" : "server";
  }
}

/** A response that is not a JSON object. To the caller it is a `SyntaxError`, as with the SDK. */
export class UnreadableError extends SyntaxError {
  readonly $metadata: Metadata;

  constructor($metadata: Metadata) {
    super(`the response with status ${$metadata.httpStatusCode} is not a JSON object`);
    this.$metadata = $metadata;
  }

  /** Whether the service may have done what it was asked for. As with the SDK, its caller decides whether to repeat that. */
  get isSuccess(): boolean {
    return this.$metadata.httpStatusCode < 300;
  }
}

/** What the SDK also tells of a response. */
export interface Metadata {
  readonly httpStatusCode: number;
  readonly requestId: string | undefined;
  /** Tries that the call took. */
  attempts?: number;
}

/** The output of a response. @throws ServiceError; SyntaxError for a body that is not a JSON object, as the SDK does */
export function outputOf(response: HttpResponse, secrets: Credentials): object {
  const $metadata: Metadata = { httpStatusCode: response.statusCode, requestId: requestIdOf(response) };
  const failed = response.statusCode < 200 || response.statusCode >= 300;
  const content = parsed(response, $metadata, failed ? secrets : undefined);
  if (failed) {
    throw errorOf(content, response, $metadata);
  }
  return { ...content, $metadata };
}

/**
 * The object in a body. Attributes of type binary come as base64, and the SDK gives their bytes: a string under the name `B` or an array
 * under `BS` is nothing else in DynamoDB's responses, because an item's own attributes are objects.
 */
function parsed({ body }: HttpResponse, $metadata: Metadata, secrets: Credentials | undefined): JsonObject {
  const read = (key: string, value: unknown): unknown => {
    if (typeof value === "string") {
      const text = secrets === undefined ? value : withoutSecrets(value, secrets);
      return key === "B" ? bytesOf(text) : text;
    }
    return key === "BS" && Array.isArray(value) ? value.map(bytesOf) : value;
  };
  let content: unknown;
  try {
    // Without binary attributes nothing has to be visited: a reviver takes ten times as long as the parser.
    const text = body.toString();
    const plain = secrets === undefined && !/"BS?":/.test(text);
    content = text === "" ? {} : plain ? JSON.parse(text) : JSON.parse(text, read);
  } catch {}
  if (!isJsonObject(content)) {
    throw new UnreadableError($metadata);
  }
  return content;
}

const bytesOf = (base64: string) => new Uint8Array(Buffer.from(base64, "base64"));

function errorOf(content: JsonObject, { headers }: HttpResponse, $metadata: Metadata): ServiceError {
  const { message, Message, __type, ...more } = content;
  const name = [__type, content.code, content.Code, headers["x-amzn-errortype"]].find(
    (each) => typeof each === "string" && each !== "",
  );
  const text = [message, Message].find((each) => typeof each === "string" && each !== "");
  const error = new ServiceError(codeOf(String(name ?? "Unknown")), String(text ?? "UnknownError"), $metadata);
  return Object.assign(error, more);
}

/** `com.amazonaws.dynamodb.v20120810#ResourceNotFoundException:http://...` is `ResourceNotFoundException`. */
function codeOf(type: string): string {
  return type.replace(/[,:].*$/s, "").replace(/^.*#/s, "");
}

/** AWS repeats the signed headers, and so the session token, where a signature does not match. */
function withoutSecrets(text: string, { secretAccessKey, sessionToken }: Credentials): string {
  return [secretAccessKey, sessionToken ?? ""].reduce(
    (rest, secret) => (secret === "" ? rest : rest.replaceAll(secret, "[secret]")),
    text,
  );
}

function requestIdOf({ headers }: HttpResponse): string | undefined {
  const id = headers["x-amzn-requestid"] ?? headers["x-amzn-request-id"] ?? headers["x-amz-request-id"];
  return typeof id === "string" ? id : undefined;
}
