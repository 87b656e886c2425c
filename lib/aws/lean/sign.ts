import { createHmac, createSecretKey, hash, type KeyObject } from "node:crypto";
import type { Credentials } from "./credentials.ts";

/** A request before it is signed. */
export interface Unsigned {
  readonly method: string;
  /** As it is sent: encoded, without a query. */
  readonly path: string;
  /** By name in small letters, `host` included. All are signed. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** Where a signature is valid. */
export interface Scope {
  readonly region: string;
  readonly service: string;
}

const ALGORITHM = "AWS4-HMAC-SHA256";

/**
 * Signs a request with AWS Signature Version 4. Source: IAM User Guide, "Create a signed AWS API request".
 *
 * @param time milliseconds since the Unix epoch
 * @returns the headers to send: those of the request, the time, the session token, and the signature
 */
export function sign(
  { method, path, headers, body }: Unsigned,
  { accessKeyId, secretAccessKey, sessionToken }: Credentials,
  { region, service }: Scope,
  time: number,
): Record<string, string> {
  // 20150830T123600Z
  const timestamp = `${new Date(time).toISOString().replaceAll(/[-:]/g, "").slice(0, 15)}Z`;
  const date = timestamp.slice(0, 8);
  const signed: Record<string, string> = {
    ...headers,
    "x-amz-date": timestamp,
    ...(sessionToken === undefined ? {} : { "x-amz-security-token": sessionToken }),
  };
  const names = Object.keys(signed).sort();
  const canonical = [
    method,
    canonicalPath(path),
    "",
    ...names.map((name) => `${name}:${signed[name]?.trim().replaceAll(/\s+/g, " ")}`),
    "",
    names.join(";"),
    sha256(body),
  ].join("\n");
  const scope = `${date}/${region}/${service}/aws4_request`;
  const key = signingKey(secretAccessKey, date, region, service);
  const signature = hmac(key, [ALGORITHM, timestamp, scope, sha256(canonical)].join("\n")).toString("hex");
  const authorization = `${ALGORITHM} Credential=${accessKeyId}/${scope}, SignedHeaders=${names.join(";")}, Signature=${signature}`;
  return { ...signed, authorization };
}

/** Without empty and dot segments, and encoded once more: only S3 takes paths as they are. */
function canonicalPath(path: string): string {
  const segments: string[] = [];
  for (const segment of path.split("/")) {
    if (segment === "..") {
      segments.pop();
    } else if (segment !== "" && segment !== ".") {
      segments.push(encodeURIComponent(segment).replaceAll(/[!'()*]/g, percentEncoded));
    }
  }
  const end = segments.length > 0 && path.endsWith("/") ? "/" : "";
  return `/${segments.join("/")}${end}`;
}

function percentEncoded(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}

let lastKey: { readonly of: string; readonly key: KeyObject } | undefined;

/**
 * The key of a day. Deriving it takes four HMACs, and calls use the same one all day long. It is an object of Node's, because to make one
 * of bytes takes several times as long as the HMAC itself.
 */
function signingKey(secret: string, ...scope: readonly string[]): KeyObject {
  const of = [secret, ...scope].join("\n");
  if (lastKey?.of !== of) {
    const first = createSecretKey(`AWS4${secret}`, "utf8");
    const key = [...scope, "aws4_request"].reduce((parent, part) => createSecretKey(hmac(parent, part)), first);
    lastKey = { of, key };
  }
  return lastKey.key;
}

function hmac(key: KeyObject, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}

function sha256(content: string | Uint8Array): string {
  return hash("sha256", content, "hex");
}
