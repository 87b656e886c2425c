import {
  AbortMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectsCommand,
  ListObjectsV2Command,
} from "@aws-sdk/client-s3";
import { DeleteTopicCommand, UnsubscribeCommand } from "@aws-sdk/client-sns";
import { DeleteQueueCommand } from "@aws-sdk/client-sqs";
import type { World } from "./world.ts";

/** Deletes what a sequence has made; what is not there any more does not matter. */
export async function cleanUp(world: World): Promise<void> {
  const { sqs, sns } = world.side;
  const work = [
    ...world.subscriptions.map((SubscriptionArn) => sns.send(new UnsubscribeCommand({ SubscriptionArn }))),
    ...[...world.topics].map((slot) => sns.send(new DeleteTopicCommand({ TopicArn: world.topicArn(slot) }))),
    ...[...world.queues].map((slot) => sqs.send(new DeleteQueueCommand({ QueueUrl: world.queueUrl(slot) }))),
    ...[...world.buckets].map((slot) => deleteBucket(world, world.named(slot))),
  ];
  await Promise.allSettled(work);
}

async function deleteBucket(world: World, Bucket: string): Promise<void> {
  const { s3 } = world.side;
  await Promise.allSettled(
    world.uploads.map((UploadId) => s3.send(new AbortMultipartUploadCommand({ Bucket, Key: "big", UploadId }))),
  );
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
  if (Contents.length > 0) {
    await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: Contents.map(({ Key }) => ({ Key })) } }));
  }
  await s3.send(new DeleteBucketCommand({ Bucket }));
}
