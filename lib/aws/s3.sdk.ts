/** What Fanfare uses of the S3 client. In bundles this module takes the package's place; see `index.ts`. */
export { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
