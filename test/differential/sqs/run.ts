import {
  AddPermissionCommand,
  ChangeMessageVisibilityBatchCommand,
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListDeadLetterSourceQueuesCommand,
  ListQueuesCommand,
  ListQueueTagsCommand,
  PurgeQueueCommand,
  type QueueAttributeName,
  RemovePermissionCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  TagQueueCommand,
  UntagQueueCommand,
} from "@aws-sdk/client-sqs";
import type { Answer } from "../answer.ts";
import { byEntry, entryId } from "../batch.ts";
import type { World } from "../world.ts";
import { counts } from "./counts.ts";
import type { Draft, SqsOperation } from "./operation.ts";
import { receive } from "./receive.ts";

/** Attributes that show what setting attributes has come to. */
const EFFECTS: QueueAttributeName[] = [
  "ContentBasedDeduplication",
  "DeduplicationScope",
  "DelaySeconds",
  "MaximumMessageSize",
  "MessageRetentionPeriod",
  "Policy",
  "ReceiveMessageWaitTimeSeconds",
  "RedrivePolicy",
  "VisibilityTimeout",
];

/**
 * Makes the calls of one step.
 *
 * @param visible messages that the queue has to hand out, as Fanfare says
 * @param place the place of the step in its sequence: makes bodies distinct
 */
export async function runSqs(world: World, step: SqsOperation, visible: number, place: number): Promise<Answer[]> {
  const { sqs } = world.side;
  const effect = async (answer: Promise<Answer>, queue: string) => [await answer, await counts(world, queue)];
  switch (step.kind) {
    case "sqs.createQueue":
      world.queues.add(step.queue);
      return [
        await world.call(() =>
          sqs.send(
            new CreateQueueCommand({ QueueName: world.named(step.queue), Attributes: world.filled(step.attributes) }),
          ),
        ),
      ];
    case "sqs.deleteQueue":
      return [await world.call(() => sqs.send(new DeleteQueueCommand(target(world, step))))];
    case "sqs.getQueueUrl":
      return [await world.call(() => sqs.send(new GetQueueUrlCommand({ QueueName: world.named(step.queue) })))];
    case "sqs.listQueues":
      return [
        await world.call(
          () => sqs.send(new ListQueuesCommand({ QueueNamePrefix: world.named(step.slotPrefix) })),
          ({ QueueUrls }) => (QueueUrls ?? []).map((QueueUrl) => ({ QueueUrl })).sort(byUrl),
        ),
      ];
    case "sqs.getAttributes":
      return [
        await world.call(() =>
          // Names that do not exist are part of the test, so the type cannot hold them all.
          sqs.send(
            new GetQueueAttributesCommand({
              ...target(world, step),
              AttributeNames: step.names as QueueAttributeName[],
            }),
          ),
        ),
      ];
    case "sqs.setAttributes":
      return [
        await world.call(() =>
          sqs.send(
            new SetQueueAttributesCommand({ ...target(world, step), Attributes: world.filled(step.attributes) }),
          ),
        ),
        await world.call(() =>
          sqs.send(new GetQueueAttributesCommand({ ...target(world, step), AttributeNames: EFFECTS })),
        ),
      ];
    case "sqs.send":
      return effect(
        world.call(() =>
          sqs.send(new SendMessageCommand({ ...target(world, step), ...message(step.draft, `${place}`) })),
        ),
        step.queue,
      );
    case "sqs.sendBatch":
      return effect(
        world.call(
          () =>
            sqs.send(
              new SendMessageBatchCommand({
                ...target(world, step),
                Entries: step.drafts.map((draft, index) => ({
                  Id: { distinct: entryId(index), same: "e", invalid: `e ${index}` }[step.ids],
                  ...message(draft, `${place}.${index}`),
                })),
              }),
            ),
          byEntry,
        ),
        step.queue,
      );
    case "sqs.receive":
      return receive(world, step, visible);
    case "sqs.delete":
      return effect(
        world.call(() =>
          sqs.send(
            new DeleteMessageCommand({ ...target(world, step), ReceiptHandle: world.handle(step.queue, step.pick) }),
          ),
        ),
        step.queue,
      );
    case "sqs.deleteBatch":
      return effect(
        world.call(
          () =>
            sqs.send(
              new DeleteMessageBatchCommand({
                ...target(world, step),
                Entries: step.picks.map((pick, index) => ({
                  Id: entryId(index),
                  ReceiptHandle: world.handle(step.queue, pick),
                })),
              }),
            ),
          byEntry,
        ),
        step.queue,
      );
    case "sqs.visibility":
      return effect(
        world.call(() =>
          sqs.send(
            new ChangeMessageVisibilityCommand({
              ...target(world, step),
              ReceiptHandle: world.handle(step.queue, step.pick),
              VisibilityTimeout: step.timeout,
            }),
          ),
        ),
        step.queue,
      );
    case "sqs.visibilityBatch":
      return effect(
        world.call(
          () =>
            sqs.send(
              new ChangeMessageVisibilityBatchCommand({
                ...target(world, step),
                Entries: step.picks.map((pick, index) => ({
                  Id: entryId(index),
                  ReceiptHandle: world.handle(step.queue, pick),
                  VisibilityTimeout: step.timeout,
                })),
              }),
            ),
          byEntry,
        ),
        step.queue,
      );
    case "sqs.purge":
      return effect(
        world.call(() => sqs.send(new PurgeQueueCommand(target(world, step)))),
        step.queue,
      );
    case "sqs.tag":
      return [
        await world.call(() => sqs.send(new TagQueueCommand({ ...target(world, step), Tags: { ...step.tags } }))),
      ];
    case "sqs.untag":
      return [
        await world.call(() => sqs.send(new UntagQueueCommand({ ...target(world, step), TagKeys: [...step.keys] }))),
      ];
    case "sqs.listTags":
      return [await world.call(() => sqs.send(new ListQueueTagsCommand(target(world, step))))];
    case "sqs.listSources":
      return [
        await world.call(
          () => sqs.send(new ListDeadLetterSourceQueuesCommand(target(world, step))),
          ({ queueUrls }) => (queueUrls ?? []).map((QueueUrl) => ({ QueueUrl })).sort(byUrl),
        ),
      ];
    case "sqs.addPermission":
      return [
        await world.call(() =>
          sqs.send(
            new AddPermissionCommand({
              ...target(world, step),
              Label: step.label,
              AWSAccountIds: ["111111111111"],
              Actions: ["SendMessage"],
            }),
          ),
        ),
      ];
    case "sqs.removePermission":
      return [
        await world.call(() => sqs.send(new RemovePermissionCommand({ ...target(world, step), Label: step.label }))),
      ];
  }
}

function target(world: World, { queue }: { readonly queue: string }): { QueueUrl: string } {
  return { QueueUrl: world.queueUrl(queue) };
}

/** In a body, `%` stands for a text that occurs nowhere else in the sequence. */
function message(draft: Draft, unique: string) {
  return {
    MessageBody: draft.body.replaceAll("%", unique),
    MessageAttributes: draft.attributes,
    DelaySeconds: draft.delay,
    MessageGroupId: draft.group,
    MessageDeduplicationId: draft.deduplication,
  };
}

function byUrl(left: { QueueUrl: string }, right: { QueueUrl: string }): number {
  return tail(left.QueueUrl).localeCompare(tail(right.QueueUrl));
}

function tail(url: string): string {
  return url.split("/").at(-1) ?? "";
}
