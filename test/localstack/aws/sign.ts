import { createHash, createHmac } from "node:crypto";

/** What a request is signed with. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

/** A POST request to one service. */
export interface UnsignedRequest {
  readonly url: URL;
  readonly service: string;
  readonly region: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const ALGORITHM = "AWS4-HMAC-SHA256";

/**
 * The headers of a signed POST request without a query. For the few calls to services whose SDK client this repository does not
 * depend on. Source: IAM User Guide, "Create a signed AWS API request".
 *
 * @param now when the request is sent
 */
export function signedHeaders(request: UnsignedRequest, credentials: Credentials, now: Date): Record<string, string> {
  const { url, service, region, body } = request;
  const time = now.toISOString().replaceAll(/[-:]|\.\d{3}/g, "");
  const scope = `${time.slice(0, 8)}/${region}/${service}/aws4_request`;
  const headers: Record<string, string> = {
    ...request.headers,
    host: url.host,
    "x-amz-date": time,
    ...(credentials.sessionToken === undefined ? {} : { "x-amz-security-token": credentials.sessionToken }),
  };
  const names = Object.keys(headers).sort();
  const signed = names.join(";");
  const canonical = [
    "POST",
    // Every service but S3 signs the path encoded once more.
    url.pathname.split("/").map(encodeURIComponent).join("/"),
    "",
    ...names.map((name) => `${name}:${headers[name]?.trim()}`),
    "",
    signed,
    sha256(body),
  ].join("\n");
  const text = [ALGORITHM, time, scope, sha256(canonical)].join("\n");
  const key = [...scope.split("/")].reduce<string | Buffer>(
    (previous, part) => createHmac("sha256", previous).update(part).digest(),
    `AWS4${credentials.secretAccessKey}`,
  );
  const signature = createHmac("sha256", key).update(text).digest("hex");
  const { host: _sentByFetch, ...sent } = headers;
  return {
    ...sent,
    authorization: `${ALGORITHM} Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${signed}, Signature=${signature}`,
  };
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
