import { AwsError } from "../../engine/index.ts";

/** The bucket and key that a request names: in the path (`/bucket/key`), or the bucket in the host. */
export interface S3Address {
  readonly bucket: string | undefined;
  readonly key: string | undefined;
}

/**
 * @param path - as it came, still percent-encoded
 * @param hostBucket - the bucket that the host names, if it names one
 * @throws AwsError `InvalidURI` where the path is not percent-encoded UTF-8.
 */
export function s3Address(path: string, hostBucket: string | undefined): S3Address {
  const rest = path.replace(/^\//, "");
  if (hostBucket !== undefined) {
    return { bucket: hostBucket, key: nonEmpty(decode(rest)) };
  }
  const slash = rest.indexOf("/");
  return slash < 0
    ? { bucket: nonEmpty(decode(rest)), key: undefined }
    : { bucket: nonEmpty(decode(rest.slice(0, slash))), key: nonEmpty(decode(rest.slice(slash + 1))) };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new AwsError("InvalidURI", `Couldn't parse the specified URI: "${text.slice(0, 100)}".`);
  }
}

function nonEmpty(text: string): string | undefined {
  return text === "" ? undefined : text;
}
