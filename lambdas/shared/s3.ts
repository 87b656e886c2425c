import { S3Client } from "@aws-sdk/client-s3";

/** The S3 client, configured by the environment. Local endpoints take the bucket from the path, not from the host name. */
export const s3 = new S3Client(process.env.AWS_ENDPOINT_URL === undefined ? {} : { forcePathStyle: true });
