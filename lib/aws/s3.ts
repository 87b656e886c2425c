import type { S3Client } from "@aws-sdk/client-s3";
import { type Loader, loader } from "./loader.ts";
import type * as sdk from "./s3.sdk.ts";

/** Loads the S3 client. */
export type S3Loader = Loader<typeof sdk, S3Client>;

/** @param given the user's own client */
export function s3Loader(given: S3Client | undefined): S3Loader {
  return loader(
    () => import("@aws-sdk/client-s3"),
    given,
    ({ S3Client }) => new S3Client(hasOwnEndpoint() ? { forcePathStyle: true } : {}),
  );
}

/** Local endpoints know buckets by path only. */
function hasOwnEndpoint(): boolean {
  return (process.env.AWS_ENDPOINT_URL_S3 ?? process.env.AWS_ENDPOINT_URL) !== undefined;
}
