import * as sqsClient from "@aws-sdk/client-sqs";
import { objectOf } from "../../../std/index.ts";
import { AwsError, SQS_OPERATIONS } from "../../engine/index.ts";
import { readBody } from "../http/body.ts";
import { BODY_LIMITS } from "../limits.ts";
import { decodeJson, encodeJson, parseJson } from "../model/json.ts";
import { decodeQuery } from "../model/query.ts";
import { type OperationModel, readOperations, readQueryErrorCodes } from "../model/schema.ts";
import { queryError, queryReply, queryResult, readParameters } from "./query-protocol.ts";
import { headerOf, type Service, type ServiceHost, type ServiceReply, type ServiceRequest } from "./service.ts";
import { sqsCaller } from "./sqs-calls.ts";
import { jsonError, unsupportedOperation } from "./unsupported.ts";

const TARGET_PREFIX = "AmazonSQS.";
const QUERY_NAMESPACE = "http://queue.amazonaws.com/doc/2012-11-05/";

const operations = readOperations({ ...sqsClient });
/** The codes of the query protocol of those errors that have a class of their own in the SDK. */
export const queryCodes = readQueryErrorCodes({ ...sqsClient });
const supported: ReadonlySet<string> = new Set(SQS_OPERATIONS);

/** The operations that concern no queue: the address of a queue does not take them. */
const WITHOUT_QUEUE: ReadonlySet<string> = new Set(["CreateQueue", "ListQueues"]);

/** How the service calls a request without an operation, or with one that it does not have. */
const UNKNOWN_OPERATION = "UnknownOperationException";

/**
 * SQS in both of its protocols: AWS JSON 1.0, which current SDKs speak, and AWS query, which those from before
 * November 2023 speak.
 */
export function sqsService(host: ServiceHost): Service {
  const call = sqsCaller(host);

  const handleJson = async (request: ServiceRequest, target: string): Promise<ServiceReply> => {
    const model = modelOf(request, target.slice(TARGET_PREFIX.length));
    if (model === undefined) {
      throw unknownOperation(request.operation ?? "", 400);
    }
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
    const action = parameters.get("Action") ?? "";
    if (action === "" && request.method === "GET") {
      throw unknownOperation(action, 404);
    }
    const model = modelOf(request, action);
    if (model === undefined) {
      throw invalidAction(action);
    }
    if (request.path.length > 1) {
      // The query protocol of SQS is spoken to the queue's own address, too.
      if (WITHOUT_QUEUE.has(model.name)) {
        throw invalidAction(model.name);
      }
      if (!parameters.has("QueueUrl")) {
        parameters.set("QueueUrl", `${request.origin}${request.path}`);
      }
    }
    const output = await call(request, model.name, decodeInput(model, parameters));
    return queryReply(model.name, QUERY_NAMESPACE, queryResult(model.output, output), request);
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
        return queryFailure(error, request, queryCode);
      }
      const reply = jsonError(error, request, "com.amazonaws.sqs");
      return { ...reply, headers: { ...reply.headers, "x-amzn-query-error": `${queryCode};${error.fault}` } };
    },
  };
}

/** @returns undefined for an operation that SQS does not have */
function modelOf(request: ServiceRequest, operation: string): OperationModel | undefined {
  request.operation = operation;
  if (operation === "") {
    throw new AwsError("MissingAction", "The request names no operation: it needs X-Amz-Target or Action.");
  }
  const model = operations.get(operation);
  if (model !== undefined && !supported.has(operation)) {
    throw unsupportedOperation("SQS", operation, SQS_OPERATIONS, { code: "UnsupportedOperation", statusCode: 400 });
  }
  return model;
}

function decodeInput(model: OperationModel, parameters: URLSearchParams): object {
  const input = objectOf(decodeQuery(model.input, parameters));
  if (model.name !== "ReceiveMessage" || input.AttributeNames === undefined) {
    return input;
  }
  // In this protocol the older parameter outweighs the newer one, as measured on AWS; in JSON they add up.
  const { MessageSystemAttributeNames: _outweighed, ...rest } = input;
  return rest;
}

function invalidAction(action: string): AwsError {
  return new AwsError("InvalidAction", `The action ${action} is not valid for this endpoint.`);
}

function unknownOperation(name: string, statusCode: number): AwsError {
  return new AwsError(UNKNOWN_OPERATION, `SQS has no operation "${name}". It has ${SQS_OPERATIONS.join(", ")}.`, {
    statusCode,
  });
}

/** An error in the query protocol, where it differs from the one in JSON. */
function queryFailure(error: AwsError, request: ServiceRequest, code: string): ServiceReply {
  const options = { code, hasDetail: true };
  switch (error.code) {
    case UNKNOWN_OPERATION: {
      const headers = { "content-type": "text/xml", "x-amzn-requestid": request.id };
      return { status: error.statusCode, headers, body: `<${UNKNOWN_OPERATION}/>` };
    }
    case "QueueDoesNotExist": {
      const { statusCode } = error;
      const worded = new AwsError(error.code, "The specified queue does not exist for this wsdl version.", {
        statusCode,
      });
      return queryError(worded, request, QUERY_NAMESPACE, options);
    }
    default:
      return queryError(error, request, QUERY_NAMESPACE, options);
  }
}
