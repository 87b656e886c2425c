import { AwsError } from "../../engine/index.ts";
import { queryError } from "./query-protocol.ts";
import { headerOf, type Service, type ServiceReply, type ServiceRequest } from "./service.ts";

/** The message for an operation that the engine does not have: what was requested, what is supported, and where it is available. */
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

/** Handles every service that the local runtime does not have: returns an error in the protocol of the request. */
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
        `The local runtime does not have the service ${name}${operation === undefined ? "" : `, so it cannot run ${operation}`}. ` +
          "It serves sqs, sns, s3, dynamodb and GetCallerIdentity of sts. " +
          `Give the client of ${name} another endpoint: AWS, or an emulator that has the service.`,
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

/**
 * An error in AWS JSON or REST JSON: the SDKs read the code from the header or from `__type`.
 *
 * @param members what the error has besides its text
 */
export function jsonError(
  error: AwsError,
  request: ServiceRequest,
  namespace?: string,
  members: Readonly<Record<string, unknown>> = {},
): ServiceReply {
  const type = namespace === undefined ? error.code : `${namespace}#${error.code}`;
  return {
    status: error.statusCode,
    headers: {
      "content-type": "application/x-amz-json-1.0",
      "x-amzn-requestid": request.id,
      "x-amzn-errortype": error.code,
    },
    body: JSON.stringify({ __type: type, message: error.message, Message: error.message, ...members }),
  };
}
