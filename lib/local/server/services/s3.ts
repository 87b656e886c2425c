import * as s3Client from "@aws-sdk/client-s3";
import { AwsError, S3_OPERATIONS } from "../../engine/index.ts";
import { decodeAwsChunked, isAwsChunked } from "../http/aws-chunked.ts";
import { BodyTooLarge, readBody } from "../http/body.ts";
import { bucketOfHost } from "../http/hosts.ts";
import { BODY_LIMITS } from "../limits.ts";
import { decodeHeaderText } from "../model/header-text.ts";
import type { RestReply } from "../model/rest-xml.ts";
import { decodeRestRequest, encodeRestReply, takesContent } from "../model/rest-xml.ts";
import { s3Router } from "../model/s3-routes.ts";
import type { OperationModel } from "../model/schema.ts";
import { readOperations } from "../model/schema.ts";
import { xmlText } from "../model/xml-writer.ts";
import { s3Address } from "./s3-address.ts";
import { checkPresignedValidity, effectiveHeaders } from "./s3-presigned.ts";
import { adaptOutput, adaptReply } from "./s3-responses.ts";
import type { OperationTarget, Service, ServiceHost, ServiceReply, ServiceRequest } from "./service.ts";
import { headerOf } from "./service.ts";
import { unsupportedOperation } from "./unsupported.ts";

const S3_NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/";

/** What the frames of an aws-chunked body may add to its content: a line with a signature for at least every 8 KiB. */
const CHUNK_OVERHEAD = 1.02;

const routeOf = s3Router(readOperations({ ...s3Client }).values());
const supported: ReadonlySet<string> = new Set(S3_OPERATIONS);

/** S3 in its own protocol: REST with XML documents; buckets in the path or in the host. */
export function s3Service(host: ServiceHost): Service {
  const target = host.engine.s3 as OperationTarget;
  return {
    name: "s3",
    async handle(request) {
      checkPresignedValidity(request.query, host.now());
      const { bucket, key } = s3Address(request.path, bucketOfHost(headerOf(request.incoming, "host") ?? ""));
      const headers = new Map(effectiveHeaders(headersOf(request), request.query));
      const operation = routeOf({
        method: request.method,
        hasBucket: bucket !== undefined,
        hasKey: key !== undefined,
        query: request.query,
        hasHeader: (name) => headers.has(name),
      });
      request.operation = operation?.name ?? `${request.method} ${request.path}`;
      if (operation === undefined || !supported.has(operation.name)) {
        throw unsupportedOperation("S3", request.operation, S3_OPERATIONS, { code: "NotImplemented", statusCode: 501 });
      }
      const body = await readContent(request, operation, headers);
      if (operation.name === "DeleteObjects") {
        requireDigest(headers);
      }
      const input = decodeRestRequest(operation, { bucket, key, query: request.query, headers, body });
      const output = target.call(request.context, operation.name, input);
      const reply = encodeRestReply(operation, adaptOutput(operation.name, input, output), S3_NAMESPACE);
      return finish(request, operation.name, adaptReply(operation.name, output, reply, S3_NAMESPACE));
    },
    fail: s3Error,
  };
}

/**
 * Reads the body. Removes the framing of aws-chunked; its trailers then count as headers.
 *
 * @throws AwsError `EntityTooLarge` (400, as S3 returns it) over the limit of `BODY_LIMITS`.
 */
async function readContent(
  request: ServiceRequest,
  operation: OperationModel,
  headers: Map<string, string>,
): Promise<Uint8Array> {
  const limit = takesContent(operation) ? BODY_LIMITS.s3Object : BODY_LIMITS.s3Document;
  const chunked = isAwsChunked(headers.get("x-amz-content-sha256"), headers.get("content-encoding"));
  const decodedLength = headers.get("x-amz-decoded-content-length");
  try {
    if (Number(decodedLength ?? 0) > limit) {
      throw new BodyTooLarge(limit);
    }
    const body = await readBody(request.incoming, chunked ? Math.ceil(limit * CHUNK_OVERHEAD) : limit);
    if (!chunked) {
      return body;
    }
    const { content, trailers } = decodeAwsChunked(body, decodedLength);
    if (content.byteLength > limit) {
      throw new BodyTooLarge(limit);
    }
    for (const [name, value] of trailers) {
      headers.set(name, value);
    }
    stripChunkedEncoding(headers);
    return content;
  } catch (error) {
    if (error instanceof BodyTooLarge) {
      throw new AwsError(
        "EntityTooLarge",
        `Your proposed upload exceeds the maximum allowed size: the local runtime accepts ${limit} bytes per request. ` +
          "Upload it in parts (CreateMultipartUpload), or use a bucket in AWS for objects of this size.",
      );
    }
    throw error;
  }
}

/** A list of keys to delete must not be damaged on its way. Source: API Reference, "DeleteObjects", `Content-MD5`. */
function requireDigest(headers: ReadonlyMap<string, string>): void {
  const isDigest = (name: string) => name === "content-md5" || /^x-amz-checksum-(crc|sha)/.test(name);
  if (![...headers.keys()].some(isDigest)) {
    throw new AwsError("InvalidRequest", "Missing required header for this request: Content-MD5 OR x-amz-checksum-*");
  }
}

/** The encoding `aws-chunked` is of the transfer; S3 does not store it with the object. */
function stripChunkedEncoding(headers: Map<string, string>): void {
  const encodings = (headers.get("content-encoding") ?? "")
    .split(",")
    .map((encoding) => encoding.trim())
    .filter((encoding) => encoding !== "" && encoding.toLowerCase() !== "aws-chunked");
  if (encodings.length === 0) {
    headers.delete("content-encoding");
  } else {
    headers.set("content-encoding", encodings.join(","));
  }
}

function headersOf(request: ServiceRequest): [string, string][] {
  const { incoming } = request;
  return Object.keys(incoming.headers).map((name) => [name, decodeHeaderText(headerOf(incoming, name) ?? "")]);
}

function finish(request: ServiceRequest, operation: string, reply: RestReply): ServiceReply {
  const partial = reply.status === 200 && reply.headers["content-range"] !== undefined;
  const isRead = operation === "GetObject" || operation === "HeadObject";
  return {
    status: partial && isRead ? 206 : reply.status,
    headers: {
      ...(isRead && { "content-type": "binary/octet-stream", "accept-ranges": "bytes" }),
      ...reply.headers,
      "x-amz-request-id": request.id,
    },
    body: request.method === "HEAD" ? undefined : reply.body,
  };
}

function s3Error(error: AwsError, request: ServiceRequest): ServiceReply {
  const code = error.code === "InternalFailure" ? "InternalError" : error.code;
  const bare = request.method === "HEAD" || error.statusCode === 304;
  // The details name what the error is about; an error without any names the address.
  const details = Object.entries(error.details);
  const about = details.length > 0 ? details : [["Resource", request.path] as const];
  return {
    status: error.statusCode,
    headers: {
      "x-amz-request-id": request.id,
      ...error.headers,
      ...(!bare && { "content-type": "application/xml" }),
    },
    body: bare
      ? undefined
      : `<?xml version="1.0" encoding="UTF-8"?>\n<Error>${xmlText("Code", code)}${xmlText("Message", error.message)}` +
        `${about.map(([name, value]) => xmlText(name, value)).join("")}${xmlText("RequestId", request.id)}</Error>`,
  };
}
