import { AwsError } from "../kernel/index.ts";

/** Codes with their HTTP status and S3's own words. Source: API Reference, "Error responses". */
const ERRORS = {
  BadDigest: [400, "The digest you specified did not match what we received."],
  BadRequest: [400, "Bad Request"],
  BucketAlreadyExists: [
    409,
    "The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.",
  ],
  BucketAlreadyOwnedByYou: [409, "Your previous request to create the named bucket succeeded and you already own it."],
  BucketNotEmpty: [409, "The bucket you tried to delete is not empty"],
  EntityTooSmall: [400, "Your proposed upload is smaller than the minimum allowed size"],
  IllegalLocationConstraintException: [
    400,
    "The unspecified location constraint is incompatible for the region specific endpoint this request was sent to.",
  ],
  InvalidArgument: [400, "Invalid Argument"],
  InvalidBucketName: [400, "The specified bucket is not valid."],
  InvalidDigest: [400, "The Content-MD5 you specified was invalid."],
  InvalidLocationConstraint: [400, "The specified location-constraint is not valid"],
  InvalidPart: [
    400,
    "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
  ],
  InvalidPartOrder: [400, "The list of parts was not in ascending order. Parts must be ordered by part number."],
  InvalidPartNumber: [416, "The requested partnumber is not satisfiable"],
  InvalidRange: [416, "The requested range is not satisfiable"],
  InvalidRequest: [400, "Invalid Request"],
  InvalidTag: [400, "The tag provided was not a valid tag."],
  KeyTooLongError: [400, "Your key is too long"],
  MalformedPolicy: [400, "Policies must be valid JSON and the first byte must be '{'"],
  MalformedXML: [400, "The XML you provided was not well-formed or did not validate against our published schema"],
  MetadataTooLarge: [400, "Your metadata headers exceed the maximum allowed metadata size"],
  NoSuchBucket: [404, "The specified bucket does not exist"],
  NoSuchBucketPolicy: [404, "The bucket policy does not exist"],
  NoSuchKey: [404, "The specified key does not exist."],
  NoSuchLifecycleConfiguration: [404, "The lifecycle configuration does not exist"],
  NoSuchPublicAccessBlockConfiguration: [404, "The public access block configuration was not found"],
  NoSuchTagSet: [404, "The TagSet does not exist"],
  NoSuchUpload: [
    404,
    "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.",
  ],
  NoSuchVersion: [404, "The specified version does not exist."],
  NotFound: [404, "Not Found"],
  NotImplemented: [501, "A header you provided implies functionality that is not implemented"],
  NotModified: [304, "Not Modified"],
  PreconditionFailed: [412, "At least one of the pre-conditions you specified did not hold"],
  AccessDenied: [403, "Access Denied"],
} as const satisfies Record<string, readonly [number, string]>;

export type S3ErrorCode = keyof typeof ERRORS;

/** What an error says besides its code: S3's elements with the names and values in question. */
export type ErrorDetails = Readonly<Record<string, string | number>>;

/** An error of S3 with the status that goes with it. @param message in place of S3's usual words */
export function s3Error(code: S3ErrorCode, message?: string, details: ErrorDetails = {}): AwsError {
  const [statusCode, usual] = ERRORS[code];
  const texts = Object.fromEntries(Object.entries(details).map(([name, value]) => [name, String(value)]));
  return new AwsError(code, message ?? usual, { statusCode, details: texts });
}

/** An error in S3's usual words, with its details. Source: API Reference, "Error responses". */
export function detailedError(code: S3ErrorCode, details: ErrorDetails): AwsError {
  return s3Error(code, undefined, details);
}

/** An argument that cannot be what it is. @param name as the request has it, for example `max-keys` */
export function invalidArgument(message: string, name: string, value: unknown): AwsError {
  return s3Error("InvalidArgument", message, { ArgumentName: name, ArgumentValue: String(value ?? "") });
}

/** A read whose condition says that the caller has the object already: without a body, with what identifies the object. */
export function notModified(object: { readonly etag: string; readonly lastModified: number }): AwsError {
  const [statusCode, message] = ERRORS.NotModified;
  const headers = { etag: object.etag, "last-modified": new Date(object.lastModified).toUTCString() };
  return new AwsError("NotModified", message, { statusCode, headers });
}
