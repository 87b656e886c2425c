import type { S3Client } from "@aws-sdk/client-s3";
import { type Loader, type LoaderOptions, loader } from "./loader.ts";
import type * as sdk from "./s3.sdk.ts";
import { OBJECTS } from "./timeouts.ts";

/** Loads the S3 client. */
export type S3Loader = Loader<typeof sdk, S3Client>;

export function s3Loader(options: LoaderOptions<S3Client>): S3Loader {
  return loader(
    () => import("@aws-sdk/client-s3"),
    options,
    ({ S3Client }) =>
      new S3Client({
        requestHandler: OBJECTS,
        // The bucket may be in another Region: nothing in its name says so.
        followRegionRedirects: true,
        ...(hasOwnEndpoint() ? { forcePathStyle: true } : {}),
      }),
  );
}

/** Local endpoints know buckets by path only. */
function hasOwnEndpoint(): boolean {
  return (process.env.AWS_ENDPOINT_URL_S3 ?? process.env.AWS_ENDPOINT_URL) !== undefined;
}
