/** One request and how it was answered. Bodies, attributes and keys' contents are never in it. */
export interface RequestLogEntry {
  readonly requestId: string;
  readonly method: string;
  /** Without the query, which may hold a presigned request's signature. */
  readonly path: string;
  /** The signing name, for example `sqs`; undefined where the request was refused before that was known. */
  readonly service: string | undefined;
  readonly operation: string | undefined;
  readonly region: string | undefined;
  readonly accountId: string | undefined;
  readonly status: number;
  readonly milliseconds: number;
  /** The error that was answered. */
  readonly error: { readonly code: string; readonly message: string } | undefined;
  /** What was thrown, where that was no error of AWS: a fault of the local runtime, answered as 500. */
  readonly failure: unknown;
}
