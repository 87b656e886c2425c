import { crc32 } from "node:zlib";
import * as dynamoDbClient from "@aws-sdk/client-dynamodb";
import * as streamsClient from "@aws-sdk/client-dynamodb-streams";
import { AwsError, ConditionalCheckFailed, DYNAMODB_OPERATIONS, TransactionCanceled } from "../../engine/index.ts";
import { readBody } from "../http/body.ts";
import { BODY_LIMITS } from "../limits.ts";
import { decodeJson, encodeJson, parseJson } from "../model/json.ts";
import { readErrors, readOperations } from "../model/schema.ts";
import { headerOf, type OperationTarget, type Service, type ServiceHost, type ServiceReply } from "./service.ts";
import { jsonError, unsupportedOperation } from "./unsupported.ts";

const TARGET = /^DynamoDB(?:Streams)?_20120810\.(\w+)$/;

const operations = new Map([...readOperations({ ...dynamoDbClient }), ...readOperations({ ...streamsClient })]);
const errors = readErrors({ ...dynamoDbClient });
const supported: ReadonlySet<string> = new Set(DYNAMODB_OPERATIONS);

/** DynamoDB and DynamoDB Streams in their protocol, AWS JSON 1.0. */
export function dynamoDbService(host: ServiceHost): Service {
  const target = host.engine.dynamodb as OperationTarget;
  return {
    name: "dynamodb",
    async handle(request) {
      const [, operation = ""] = TARGET.exec(headerOf(request.incoming, "x-amz-target") ?? "") ?? [];
      request.operation = operation;
      const model = operations.get(operation);
      if (model === undefined) {
        throw new AwsError("UnknownOperationException", `DynamoDB has no operation "${operation}".`);
      }
      if (!supported.has(operation)) {
        const options = { code: "UnknownOperationException", statusCode: 400 };
        throw unsupportedOperation("DynamoDB", operation, DYNAMODB_OPERATIONS, options);
      }
      const body = await readBody(request.incoming, BODY_LIMITS.dynamoDb);
      const input = decodeJson(model.input, parseJson(body));
      const output = target.call(request.context, operation, input ?? {});
      return withChecksum({
        status: 200,
        headers: { "content-type": "application/x-amz-json-1.0", "x-amzn-requestid": request.id },
        body: JSON.stringify(model.output.kind === "unit" ? {} : encodeJson(model.output, output)),
      });
    },
    fail: (error, request) =>
      withChecksum(jsonError(error, request, "com.amazonaws.dynamodb.v20120810", membersOf(error))),
  };
}

/** What an error says besides its text. */
function membersOf(error: AwsError): Readonly<Record<string, unknown>> {
  const shape = errors.get(error.code);
  if (shape === undefined || !(error instanceof TransactionCanceled || error instanceof ConditionalCheckFailed)) {
    return {};
  }
  const { message: _message, ...members } = Object(encodeJson(shape, error));
  return members;
}

/** SDKs compare the checksum with the bytes that arrived. */
function withChecksum(reply: ServiceReply): ServiceReply {
  return { ...reply, headers: { ...reply.headers, "x-amz-crc32": String(crc32(reply.body ?? "")) } };
}
