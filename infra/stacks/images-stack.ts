import { Duration, RemovalPolicy, Stack, type StackProps } from "aws-cdk-lib";
import * as s3 from "aws-cdk-lib/aws-s3";
import * as s3n from "aws-cdk-lib/aws-s3-notifications";
import * as sns from "aws-cdk-lib/aws-sns";
import type { Construct } from "constructs";
import { WorkQueue } from "fanfare/infra";
import { images } from "../../lambdas/images/contract.ts";
import { createBucket } from "./storage.ts";

/** The image pipeline: an upload to S3, a work queue, and a thumbnail in another bucket. */
export class ImagesStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);
    const uploads = createBucket(this, "Uploads");
    const thumbnails = createBucket(this, "Thumbnails");

    const work = new WorkQueue(this, "Thumbnailer", {
      contract: images,
      // Decoding is slow and takes memory, so batches are small and few run concurrently.
      batchSize: 5,
      maxConcurrency: 4,
      handler: {
        entry: "lambdas/images/thumbnail.ts",
        memorySize: 1_536,
        timeout: Duration.minutes(1),
        environment: { THUMBNAIL_BUCKET: thumbnails.bucketName },
      },
      alarms: { actionTopic: new sns.Topic(this, "Operations", { enforceSSL: true }) },
      removalPolicy: RemovalPolicy.DESTROY,
    });
    uploads.addEventNotification(s3.EventType.OBJECT_CREATED, new s3n.SqsDestination(work.queue));
    uploads.grantRead(work);
    thumbnails.grantPut(work);
  }
}
