import { S3Client } from "@aws-sdk/client-s3";

/** S3 as the environment describes it. Local endpoints know buckets by path, not by host name. */
export const s3 = new S3Client(process.env.AWS_ENDPOINT_URL === undefined ? {} : { forcePathStyle: true });
