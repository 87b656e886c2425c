import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { DeleteMessageCommand } from "@aws-sdk/client-sqs";
import { z } from "zod";
import { eventually } from "../suite/support/eventually.ts";
import { receive } from "../suite/support/queues.ts";
import type { Fault, Probe } from "./fault.ts";

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
      if (refused) {
        await s3.send(new DeleteBucketCommand({ Bucket }));
      }
      return refused;
    },
  },
  {
    id: "s3-sequencer-constant",
    targets: ["localstack"],
    summary:
      "Notifications about two uploads under one key have the same sequencer; with AWS it tells them apart, and which came first.",
    shows: async (probe) => {
      const [first, second] = await sequencers(probe);
      return first !== undefined && first === second;
    },
  },
  {
    id: "s3-notification-without-sequencer",
    targets: ["moto"],
    summary: "Notifications about uploads have no sequencer; with AWS each has one.",
    shows: async (probe) => (await sequencers(probe)).includes(undefined),
  },
];

/** Of a notification what is looked at here. Source: Amazon S3 User Guide, "Event message structure". */
const notification = z.object({
  Records: z.tuple([z.object({ s3: z.object({ object: z.object({ sequencer: z.string().optional() }) }) })]),
});

/** The sequencers of two uploads under one key. */
async function sequencers({ clients: { s3, sqs }, queue, trial }: Probe): Promise<readonly (string | undefined)[]> {
  const { url: QueueUrl, arn: QueueArn } = await queue();
  const Bucket = trial.unique("probe");
  await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: "eu-central-1" } }));
  const NotificationConfiguration = { QueueConfigurations: [{ QueueArn, Events: ["s3:ObjectCreated:*" as const] }] };
  await s3.send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration }));
  for (const Body of ["first", "second"]) {
    await s3.send(new PutObjectCommand({ Bucket, Key: "key", Body }));
  }
  const found: (string | undefined)[] = [];
  await eventually("S3 tells of both uploads", async () => {
    for (const { Body = "{}", ReceiptHandle } of await receive(sqs, QueueUrl)) {
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      const parsed = notification.safeParse(JSON.parse(Body));
      // The first message is a test that S3 sends.
      if (parsed.success) {
        found.push(parsed.data.Records[0].s3.object.sequencer);
      }
    }
    return found.length >= 2 ? true : undefined;
  });
  await s3.send(new DeleteObjectCommand({ Bucket, Key: "key" }));
  await s3.send(new DeleteBucketCommand({ Bucket }));
  return found;
}
