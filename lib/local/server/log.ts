/** One request and its result. It never contains bodies, attributes or the contents of keys. */
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
  /** The error that was returned. */
  readonly error: { readonly code: string; readonly message: string } | undefined;
  /** What was thrown, if it was no AWS error: a fault of the local runtime, returned as 500. */
  readonly failure: unknown;
}
