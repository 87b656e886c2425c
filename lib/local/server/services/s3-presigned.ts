import { AwsError } from "../../engine/index.ts";

/** The longest validity of a presigned request, in seconds: seven days ("Authenticating requests: query parameters"). */
const LONGEST_VALIDITY_SECONDS = 604_800;

/**
 * Refuses presigned requests whose time has run out. Their signature is not verified.
 *
 * @throws AwsError `AccessDenied` (403) when expired, `AuthorizationQueryParametersError` for a validity that S3 does not allow.
 */
export function checkPresignedValidity(query: URLSearchParams, now: number): void {
  const oldExpiry = query.get("Expires");
  if (query.has("AWSAccessKeyId") && oldExpiry !== null && Number(oldExpiry) * 1000 < now) {
    throw expired(Number(oldExpiry) * 1000);
  }
  const seconds = query.get("X-Amz-Expires");
  if (!query.has("X-Amz-Signature") || seconds === null) {
    return;
  }
  const date = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(query.get("X-Amz-Date") ?? "");
  const validity = Number(seconds);
  if (date === null || !Number.isInteger(validity) || validity < 0 || validity > LONGEST_VALIDITY_SECONDS) {
    throw new AwsError(
      "AuthorizationQueryParametersError",
      `X-Amz-Date has to be a time such as 20261121T120000Z, and X-Amz-Expires 0 to ${LONGEST_VALIDITY_SECONDS} seconds.`,
    );
  }
  const [, year, month, day, hour, minute, second] = date;
  const end = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`) + validity * 1000;
  if (end < now) {
    throw expired(end);
  }
}

function expired(end: number): AwsError {
  return new AwsError("AccessDenied", `Request has expired: it was valid until ${new Date(end).toISOString()}.`, {
    statusCode: 403,
  });
}

/**
 * The headers of a request, and those that a presigned address carries as parameters instead (`x-amz-meta-...`,
 * `x-amz-checksum-...`). A real header goes first.
 */
export function effectiveHeaders(
  headers: Iterable<readonly [string, string]>,
  query: URLSearchParams,
): ReadonlyMap<string, string> {
  const effective = new Map<string, string>();
  for (const [name, value] of query) {
    const lower = name.toLowerCase();
    if (lower.startsWith("x-amz-")) {
      effective.set(lower, value);
    }
  }
  for (const [name, value] of headers) {
    effective.set(name.toLowerCase(), value);
  }
  return effective;
}
