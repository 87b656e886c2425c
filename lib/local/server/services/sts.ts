import { AwsError } from "../../engine/index.ts";
import { xmlText } from "../model/xml-writer.ts";
import { queryError, queryReply, readParameters } from "./query-protocol.ts";
import type { Service } from "./service.ts";
import { unsupportedOperation } from "./unsupported.ts";

const NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/";
const OPERATIONS = ["GetCallerIdentity"] as const;

/** As much of STS as tools ask before they begin: who am I. The caller is the root user of its account. */
export function stsService(): Service {
  return {
    name: "sts",
    async handle(request) {
      const action = (await readParameters(request)).get("Action") ?? "";
      request.operation = action;
      if (action === "") {
        throw new AwsError("MissingAction", "The request has no parameter Action.");
      }
      if (action !== "GetCallerIdentity") {
        throw unsupportedOperation("STS", action, OPERATIONS, { code: "InvalidAction", statusCode: 400 });
      }
      const { accountId } = request.context;
      const identity = { Arn: `arn:aws:iam::${accountId}:root`, UserId: accountId, Account: accountId };
      const xml = Object.entries(identity).map(([name, value]) => xmlText(name, value));
      return queryReply(action, NAMESPACE, { xml: () => xml.join(""), json: () => identity }, request);
    },
    fail: (error, request) => queryError(error, request, NAMESPACE),
  };
}
