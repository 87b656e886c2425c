import { detailedError, s3Error } from "../errors.ts";
import { S3_LIMITS } from "../limits.ts";
import type { Bucket, ObjectHeaders } from "../state.ts";

/** What a caller says of an object beside its bytes. */
type HeaderInput = { readonly [Name in keyof ObjectHeaders]?: ObjectHeaders[Name] | undefined };

/** Parts of requests that would change what an object is, and that the engine does not have. */
interface UnsupportedInput {
  readonly SSECustomerAlgorithm?: string | undefined;
  readonly ObjectLockMode?: string | undefined;
  readonly WebsiteRedirectLocation?: string | undefined;
}

/** The type of an object that was put without one. */
const DEFAULT_CONTENT_TYPE = "binary/octet-stream";

/**
 * The headers to store with an object. Encryption is recorded, not done: the request's, else the bucket's default, else
 * AES256, as S3 has it.
 *
 * @throws AwsError MetadataTooLarge; NotImplemented for keys of the customer, object lock and redirects
 */
export function headersToStore(bucket: Bucket, input: HeaderInput & UnsupportedInput): ObjectHeaders {
  for (const name of ["SSECustomerAlgorithm", "ObjectLockMode", "WebsiteRedirectLocation"] as const) {
    if (input[name] !== undefined) {
      throw s3Error("NotImplemented", `The local engine does not support ${name} on objects; leave it out locally`);
    }
  }
  const metadata = Object.fromEntries(
    Object.entries(input.Metadata ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const size = Object.entries(metadata).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(value),
    0,
  );
  if (size > S3_LIMITS.metadataBytes) {
    throw detailedError("MetadataTooLarge", { Size: size, MaxSizeAllowed: S3_LIMITS.metadataBytes });
  }
  return {
    ContentType: input.ContentType || DEFAULT_CONTENT_TYPE,
    Metadata: metadata,
    ...given("ContentEncoding", input.ContentEncoding),
    ...given("ContentDisposition", input.ContentDisposition),
    ...given("ContentLanguage", input.ContentLanguage),
    ...given("CacheControl", input.CacheControl),
    ...encryption(bucket, input),
  };
}

/** The stored headers that every response about the object repeats. */
export function encryptionOf(
  headers: ObjectHeaders,
): Pick<ObjectHeaders, "ServerSideEncryption" | "SSEKMSKeyId" | "BucketKeyEnabled"> {
  return {
    ...given("ServerSideEncryption", headers.ServerSideEncryption),
    ...given("SSEKMSKeyId", headers.SSEKMSKeyId),
    ...given("BucketKeyEnabled", headers.BucketKeyEnabled),
  };
}

function encryption(bucket: Bucket, input: HeaderInput): ObjectHeaders {
  if (input.ServerSideEncryption !== undefined) {
    return encryptionOf({
      ServerSideEncryption: input.ServerSideEncryption,
      ...given("SSEKMSKeyId", input.SSEKMSKeyId),
      ...given("BucketKeyEnabled", input.BucketKeyEnabled),
    });
  }
  const rule = bucket.configuration.encryption?.Rules?.[0];
  const { SSEAlgorithm: algorithm = "AES256", KMSMasterKeyID: key } = rule?.ApplyServerSideEncryptionByDefault ?? {};
  return {
    ServerSideEncryption: algorithm,
    ...given("SSEKMSKeyId", key),
    ...given("BucketKeyEnabled", rule?.BucketKeyEnabled),
  };
}

function given<Name extends keyof ObjectHeaders>(
  name: Name,
  value: ObjectHeaders[Name] | undefined,
): { [Key in Name]?: ObjectHeaders[Name] } {
  return value === undefined ? {} : ({ [name]: value } as { [Key in Name]: ObjectHeaders[Name] });
}
