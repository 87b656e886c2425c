import { DEFAULT_ACCOUNT_ID } from "../../common/index.ts";
import type { CallContext } from "../../engine/index.ts";

/** The caller and the service of a request, as far as the request names them. Signatures are not verified. */
export interface Caller {
  /** The signing name of the service (`sqs`, `sns`, `s3`, ...), or `undefined` on a request that is not signed. */
  readonly service: string | undefined;
  readonly context: CallContext;
}

/** Printable, and with the id of a trace: anything else is not X-Ray's ("Tracing header" of the X-Ray guide). */
const TRACE_HEADER = /^(?=.*\bRoot=1-)[\x20-\x7e]{1,1024}$/;

/** The region of unsigned requests: the one that AWS uses for global endpoints. */
const DEFAULT_REGION = "us-east-1";

/**
 * Reads service, region and account from the credential scope of Signature Version 4: in the header `Authorization`,
 * or in `X-Amz-Credential` on presigned requests. An access key id of twelve digits is the account id.
 *
 * @see "Elements of an AWS API request signature" in the IAM user guide.
 */
export function identifyCaller(authorization: string | undefined, query: URLSearchParams): Caller {
  const scope = /\bCredential=([^,\s]+)/.exec(authorization ?? "")?.[1] ?? query.get("X-Amz-Credential");
  if (scope === undefined || scope === null) {
    const accessKeyId = /^AWS ([^:]+):/.exec(authorization ?? "")?.[1] ?? query.get("AWSAccessKeyId");
    // Signature version 2 has no scope, and only S3 still accepts it.
    const service = accessKeyId === null ? undefined : "s3";
    return { service, context: { region: DEFAULT_REGION, accountId: accountOf(accessKeyId ?? "") } };
  }
  const parts = scope.split("/");
  const accessKeyId = parts[0] ?? "";
  // Version 4A (ECDSA) signs for a set of regions, so its scope has none: key, date, service, "aws4_request".
  const [region, service] = parts.length === 4 ? [undefined, parts[2]] : [parts[2], parts[3]];
  return {
    service: service === "s3express" ? "s3" : service,
    context: { region: region || DEFAULT_REGION, accountId: accountOf(accessKeyId) },
  };
}

/**
 * The header `X-Amzn-Trace-Id` of a request that X-Ray traces: the services pass it on with the messages that the request
 * causes ("AWS X-Ray and Amazon SQS").
 */
export function traceHeaderOf(header: string | undefined): Pick<CallContext, "traceHeader"> {
  return header !== undefined && TRACE_HEADER.test(header) ? { traceHeader: header } : {};
}

function accountOf(accessKeyId: string): string {
  return /^\d{12}$/.test(accessKeyId) ? accessKeyId : DEFAULT_ACCOUNT_ID;
}
