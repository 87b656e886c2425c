import * as sqsClient from "@aws-sdk/client-sqs";
import { AwsError, SQS_OPERATIONS } from "../../engine/index.ts";
import { readBody } from "../http/body.ts";
import { BODY_LIMITS } from "../limits.ts";
import { decodeJson, encodeJson } from "../model/json.ts";
import { decodeQuery } from "../model/query.ts";
import { type OperationModel, readOperations, readQueryErrorCodes } from "../model/schema.ts";
import { writeMembers } from "../model/xml-writer.ts";
import { queryError, queryReply, readParameters } from "./query-protocol.ts";
import { headerOf, type Service, type ServiceHost, type ServiceReply, type ServiceRequest } from "./service.ts";
import { sqsCaller } from "./sqs-calls.ts";
import { jsonError, unsupportedOperation } from "./unsupported.ts";

const TARGET_PREFIX = "AmazonSQS.";
const QUERY_NAMESPACE = "http://queue.amazonaws.com/doc/2012-11-05/";

const operations = readOperations({ ...sqsClient });
const queryCodes = readQueryErrorCodes({ ...sqsClient });
const supported: ReadonlySet<string> = new Set(SQS_OPERATIONS);

/**
 * SQS in both of its protocols: AWS JSON 1.0, which current SDKs speak, and AWS query, which those from before
 * November 2023 speak.
 */
export function sqsService(host: ServiceHost): Service {
  const call = sqsCaller(host);

  const handleJson = async (request: ServiceRequest, target: string): Promise<ServiceReply> => {
    const model = modelOf(request, target.slice(TARGET_PREFIX.length));
    const body = await readBody(request.incoming, BODY_LIMITS.message);
    const input = decodeJson(model.input, parseJson(body));
    const output = await call(request, model.name, input ?? {});
    return {
      status: 200,
      headers: { "content-type": "application/x-amz-json-1.0", "x-amzn-requestid": request.id },
      body: JSON.stringify(model.output.kind === "unit" ? {} : encodeJson(model.output, output)),
    };
  };

  const handleQuery = async (request: ServiceRequest): Promise<ServiceReply> => {
    const parameters = await readParameters(request);
    const model = modelOf(request, parameters.get("Action") ?? "");
    // The query protocol of SQS is spoken to the queue's own address.
    if (!parameters.has("QueueUrl") && request.path.length > 1) {
      parameters.set("QueueUrl", `${request.origin}${request.path}`);
    }
    const output = await call(request, model.name, decodeQuery(model.input, parameters) ?? {});
    const result = model.output.kind === "unit" ? undefined : writeMembers(model.output, output);
    return queryReply(model.name, QUERY_NAMESPACE, result, request);
  };

  return {
    name: "sqs",
    handle(request) {
      const target = headerOf(request.incoming, "x-amz-target");
      return target === undefined ? handleQuery(request) : handleJson(request, target);
    },
    fail(error, request) {
      const queryCode = error.queryCode === error.code ? (queryCodes.get(error.code) ?? error.code) : error.queryCode;
      if (headerOf(request.incoming, "x-amz-target") === undefined) {
        return queryError(error, request, QUERY_NAMESPACE, queryCode);
      }
      const reply = jsonError(error, request, "com.amazonaws.sqs");
      return { ...reply, headers: { ...reply.headers, "x-amzn-query-error": `${queryCode};${error.fault}` } };
    },
  };
}

function modelOf(request: ServiceRequest, operation: string): OperationModel {
  request.operation = operation;
  const model = operations.get(operation);
  if (operation === "") {
    throw new AwsError("MissingAction", "The request names no operation: it needs X-Amz-Target or Action.");
  }
  if (model === undefined || !supported.has(operation)) {
    throw unsupportedOperation("SQS", operation, SQS_OPERATIONS, { code: "UnsupportedOperation", statusCode: 400 });
  }
  return model;
}

function parseJson(body: Uint8Array): unknown {
  if (body.byteLength === 0) {
    return {};
  }
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch (error) {
    throw new AwsError("SerializationException", `The body is not JSON in UTF-8: ${String(error)}.`);
  }
}
