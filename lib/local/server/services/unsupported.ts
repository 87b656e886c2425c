import { AwsError } from "../../engine/index.ts";
import { queryError } from "./query-protocol.ts";
import type { Service, ServiceReply, ServiceRequest } from "./service.ts";
import { headerOf } from "./service.ts";

/** The text for an operation that the engine does not have: what was asked, what there is, and where else to go. */
export function unsupportedOperation(
  service: string,
  operation: string,
  supported: readonly string[],
  options: { readonly code: string; readonly statusCode: number },
): AwsError {
  return new AwsError(
    options.code,
    `The local runtime does not support the operation ${operation} of ${service}. It supports ${supported.join(", ")}. ` +
      "Use one of these, or send this call to AWS or to an emulator that has it.",
    { statusCode: options.statusCode },
  );
}

/** Answers for every service that the local runtime does not have, in the protocol that the request is written in. */
export function unsupportedService(name: string): Service {
  const operationOf = (request: ServiceRequest) =>
    headerOf(request.incoming, "x-amz-target")?.replace(/^.*\./, "") ?? request.query.get("Action") ?? undefined;
  return {
    name,
    async handle(request) {
      const operation = operationOf(request);
      if (operation !== undefined) {
        request.operation = operation;
      }
      throw new AwsError(
        "UnsupportedOperation",
        `The local runtime does not have the service ${name}${operation === undefined ? "" : `, so it cannot answer ${operation}`}. ` +
          "It serves sqs, sns, s3 and GetCallerIdentity of sts, and passes dynamodb on where it is told an endpoint. " +
          `Give the client of ${name} an endpoint of its own: AWS or an emulator that has the service.`,
        { statusCode: 501 },
      );
    },
    fail(error, request) {
      return isFormRequest(request) ? queryError(error, request, "") : jsonError(error, request);
    },
  };
}

function isFormRequest(request: ServiceRequest): boolean {
  return headerOf(request.incoming, "content-type")?.startsWith("application/x-www-form-urlencoded") === true;
}

/** An error in AWS JSON or REST JSON: the SDKs read the code from the header or from `__type`. */
export function jsonError(error: AwsError, request: ServiceRequest, namespace?: string): ServiceReply {
  const type = namespace === undefined ? error.code : `${namespace}#${error.code}`;
  return {
    status: error.statusCode,
    headers: {
      "content-type": "application/x-amz-json-1.0",
      "x-amzn-requestid": request.id,
      "x-amzn-errortype": error.code,
    },
    body: JSON.stringify({ __type: type, message: error.message, Message: error.message }),
  };
}
