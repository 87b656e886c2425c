import {
  CreateTopicCommand,
  DeleteTopicCommand,
  GetSubscriptionAttributesCommand,
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  ListTagsForResourceCommand,
  PublishBatchCommand,
  PublishCommand,
  SetSubscriptionAttributesCommand,
  SetTopicAttributesCommand,
  SubscribeCommand,
  TagResourceCommand,
  UnsubscribeCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-sns";
import type { Answer } from "../answer.ts";
import { byEntry, entryId } from "../batch.ts";
import { ACCOUNT, REGION, type World } from "../world.ts";
import type { Publication, SnsOperation } from "./operation.ts";

/** Answers that depend on the product, and mean nothing to a program: policies that nobody set, and accounts. */
const IGNORED = new Set(["Policy", "DeliveryPolicy", "EffectiveDeliveryPolicy", "Owner", "SubscriptionPrincipal"]);

/** Makes the calls of one step. */
export async function runSns(world: World, step: SnsOperation, place: number): Promise<Answer[]> {
  const { sns } = world.side;
  switch (step.kind) {
    case "sns.createTopic":
      world.topics.add(step.topic);
      return [
        await world.call(() =>
          sns.send(
            new CreateTopicCommand({ Name: world.named(step.topic), Attributes: world.filled(step.attributes) }),
          ),
        ),
      ];
    case "sns.deleteTopic":
      return [await world.call(() => sns.send(new DeleteTopicCommand(target(world, step))))];
    case "sns.getTopicAttributes":
      return [await world.call(() => sns.send(new GetTopicAttributesCommand(target(world, step))), withoutIgnored)];
    case "sns.setTopicAttributes":
      return [
        await world.call(() =>
          sns.send(
            new SetTopicAttributesCommand({
              ...target(world, step),
              AttributeName: step.name,
              AttributeValue: step.value,
            }),
          ),
        ),
      ];
    case "sns.subscribe":
      return [
        await world.call(
          () =>
            sns.send(
              new SubscribeCommand({
                ...target(world, step),
                Protocol: "sqs",
                Endpoint: world.queueArn(step.queue),
                Attributes: world.filled(step.attributes),
                ReturnSubscriptionArn: true,
              }),
            ),
          (output) => {
            const arn = output.SubscriptionArn ?? "";
            if (!world.subscriptions.includes(arn)) {
              world.subscriptions.push(arn);
            }
            return output;
          },
        ),
      ];
    case "sns.unsubscribe":
      return [await world.call(() => sns.send(new UnsubscribeCommand(subscription(world, step))))];
    case "sns.getSubscriptionAttributes":
      return [
        await world.call(
          () => sns.send(new GetSubscriptionAttributesCommand(subscription(world, step))),
          withoutIgnored,
        ),
      ];
    case "sns.setSubscriptionAttributes":
      return [
        await world.call(() =>
          sns.send(
            new SetSubscriptionAttributesCommand({
              ...subscription(world, step),
              AttributeName: step.name,
              ...world.filled({ AttributeValue: step.value }),
            }),
          ),
        ),
      ];
    case "sns.listSubscriptionsByTopic":
      return [
        await world.call(
          () => sns.send(new ListSubscriptionsByTopicCommand(target(world, step))),
          ({ Subscriptions }) =>
            [...(Subscriptions ?? [])].sort(
              (left, right) =>
                world.subscriptions.indexOf(left.SubscriptionArn ?? "") -
                world.subscriptions.indexOf(right.SubscriptionArn ?? ""),
            ),
        ),
      ];
    case "sns.publish":
      return [
        await world.call(() =>
          sns.send(new PublishCommand({ ...target(world, step), ...published(step.publication, `${place}`) })),
        ),
      ];
    case "sns.publishBatch":
      return [
        await world.call(
          () =>
            sns.send(
              new PublishBatchCommand({
                ...target(world, step),
                PublishBatchRequestEntries: step.publications.map((publication, index) => ({
                  Id: { distinct: entryId(index), same: "e", invalid: `e ${index}` }[step.ids],
                  ...published(publication, `${place}.${index}`),
                })),
              }),
            ),
          byEntry,
        ),
      ];
    case "sns.tag":
      return [
        await world.call(() => sns.send(new TagResourceCommand({ ...resource(world, step), Tags: tags(step.tags) }))),
      ];
    case "sns.untag":
      return [
        await world.call(() =>
          sns.send(new UntagResourceCommand({ ...resource(world, step), TagKeys: [...step.keys] })),
        ),
      ];
    case "sns.listTags":
      return [
        await world.call(
          () => sns.send(new ListTagsForResourceCommand(resource(world, step))),
          ({ Tags }) => [...(Tags ?? [])].sort((left, right) => (left.Key ?? "").localeCompare(right.Key ?? "")),
        ),
      ];
  }
}

function target(world: World, { topic }: { readonly topic: string }): { TopicArn: string } {
  return { TopicArn: world.topicArn(topic) };
}

function resource(world: World, { topic }: { readonly topic: string }): { ResourceArn: string } {
  return { ResourceArn: world.topicArn(topic) };
}

/** A subscription of the sequence; one that never was while there is none. */
function subscription(world: World, step: { readonly subscription: number }): { SubscriptionArn: string } {
  const { subscriptions } = world;
  const arn = step.subscription < 0 ? undefined : subscriptions[step.subscription % Math.max(1, subscriptions.length)];
  const absent = `arn:aws:sns:${REGION}:${ACCOUNT}:${world.named("absent")}:11111111-2222-3333-4444-555555555555`;
  return { SubscriptionArn: arn ?? absent };
}

function published(publication: Publication, unique: string) {
  return {
    Message: publication.message.replaceAll("%", unique),
    Subject: publication.subject,
    MessageStructure: publication.structure,
    MessageAttributes: publication.attributes,
    MessageGroupId: publication.group,
    MessageDeduplicationId: publication.deduplication,
  };
}

function withoutIgnored({ Attributes }: { Attributes?: Record<string, string> | undefined }): Record<string, string> {
  return Object.fromEntries(Object.entries(Attributes ?? {}).filter(([name]) => !IGNORED.has(name)));
}

function tags(given: Readonly<Record<string, string>>) {
  return Object.entries(given).map(([Key, Value]) => ({ Key, Value }));
}
