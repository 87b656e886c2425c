import * as snsClient from "@aws-sdk/client-sns";
import { AwsError, type CallContext, SNS_OPERATIONS } from "../../engine/index.ts";
import { decodeQuery } from "../model/query.ts";
import { readOperations, readQueryErrorCodes } from "../model/schema.ts";
import { queryError, queryReply, queryResult, readParameters } from "./query-protocol.ts";
import type { OperationTarget, Service, ServiceHost, ServiceRequest } from "./service.ts";
import { unsupportedOperation } from "./unsupported.ts";

const API_VERSION = "2010-03-31";
const NAMESPACE = `http://sns.amazonaws.com/doc/${API_VERSION}/`;

const operations = readOperations({ ...snsClient });
const queryCodes = readQueryErrorCodes({ ...snsClient });
const supported: ReadonlySet<string> = new Set(SNS_OPERATIONS);

/** SNS in its own protocol: AWS query requests, XML responses. */
export function snsService(host: ServiceHost): Service {
  const target = host.engine.sns as OperationTarget;
  return {
    name: "sns",
    async handle(request) {
      const parameters = await readParameters(request);
      const action = parameters.get("Action") ?? "";
      request.operation = action;
      const model = operations.get(action);
      if (action === "") {
        throw new AwsError("MissingAction", "The request has no parameter Action.");
      }
      if (model === undefined) {
        const version = parameters.get("Version") ?? API_VERSION;
        throw new AwsError("InvalidAction", `Could not find operation ${action} for version ${version}`);
      }
      if (!supported.has(action)) {
        throw unsupportedOperation("SNS", action, SNS_OPERATIONS, { code: "InvalidAction", statusCode: 400 });
      }
      const input = decodeQuery(model.input, parameters);
      const output = target.call(contextOf(request, parameters), action, input ?? {});
      return queryReply(action, NAMESPACE, queryResult(model.output, output), request);
    },
    fail(error, request) {
      return queryError(error, request, NAMESPACE, { code: queryCodes.get(error.code) });
    },
  };
}

/** Links such as the UnsubscribeURL of a notification are not signed: where they lead is in the ARN that they carry. */
function contextOf(request: ServiceRequest, parameters: URLSearchParams): CallContext {
  const arn = parameters.get("SubscriptionArn") ?? parameters.get("TopicArn") ?? "";
  const [, region, accountId] = /^arn:[^:]*:sns:([^:]+):(\d{12}):/.exec(arn) ?? [];
  return request.isSigned || region === undefined || accountId === undefined ? request.context : { region, accountId };
}
