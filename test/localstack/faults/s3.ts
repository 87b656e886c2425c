import { CreateBucketCommand, DeleteBucketCommand, PutBucketPolicyCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import type { Fault } from "./fault.ts";

/** Faults of buckets. */
export const S3_FAULTS: readonly Fault[] = [
  {
    id: "bucket-policy-conditions-ignored",
    targets: ["moto"],
    summary:
      "A bucket policy's Deny applies whatever its condition says, so that a bucket with a condition nobody meets can still not be written to.",
    shows: async ({ clients: { s3 }, trial }) => {
      const Bucket = trial.unique("probe");
      await s3.send(
        new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: "eu-central-1" } }),
      );
      const statement = {
        Effect: "Deny",
        Principal: "*",
        Action: "s3:PutObject",
        Resource: `arn:aws:s3:::${Bucket}/*`,
        // Nobody calls from that network.
        Condition: { IpAddress: { "aws:SourceIp": "203.0.113.0/24" } },
      };
      const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
      await s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
      const refused = await s3.send(new PutObjectCommand({ Bucket, Key: "key", Body: "body" })).then(
        () => false,
        () => true,
      );
      if (refused) await s3.send(new DeleteBucketCommand({ Bucket }));
      return refused;
    },
  },
];
