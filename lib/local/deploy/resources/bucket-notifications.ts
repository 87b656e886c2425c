import {
  type Event,
  Event as EventValues,
  type FilterRule,
  GetBucketNotificationConfigurationCommand,
  type LambdaFunctionConfiguration,
  PutBucketNotificationConfigurationCommand,
  type QueueConfiguration,
  type TopicConfiguration,
} from "@aws-sdk/client-s3";
import { LocalError } from "../../common/index.ts";
import type { PropertyReader } from "../properties.ts";
import type { ResourceRequest, ResourceType } from "./resource-type.ts";

/** Destinations of a bucket's notifications, in the form of the S3 API. */
interface Notifications {
  readonly queues: readonly QueueConfiguration[];
  readonly topics: readonly TopicConfiguration[];
  readonly functions: readonly LambdaFunctionConfiguration[];
  readonly isForEventBridge: boolean;
}

/**
 * The custom resource through which the CDK sets notifications (`bucket.addEventNotification`). Its Python function is not
 * run: the one API call that it makes is made here.
 */
export const bucketNotifications: ResourceType = {
  types: ["Custom::S3BucketNotifications"],
  treatment: "created",

  async deploy(request) {
    const { properties, clients } = request;
    const Bucket = properties.requiredText("BucketName");
    const own = fromCustomResource(properties.object("NotificationConfiguration"));
    if (properties.flag("Managed") === false) {
      // A bucket of another stack: what others have set has to stay.
      const there = await clients.s3.send(new GetBucketNotificationConfigurationCommand({ Bucket }));
      const foreign = <T extends { Id?: string | undefined }>(items: readonly T[] | undefined): T[] =>
        (items ?? []).filter(({ Id }) => Id?.startsWith(`${request.logicalId}-`) !== true);
      const named = <T extends object>(items: readonly T[]): T[] =>
        items.map((item, index) => ({ ...item, Id: `${request.logicalId}-${index}` }));
      await putNotifications(request, Bucket, {
        queues: [...foreign(there.QueueConfigurations), ...named(own.queues)],
        topics: [...foreign(there.TopicConfigurations), ...named(own.topics)],
        functions: [...foreign(there.LambdaFunctionConfigurations), ...named(own.functions)],
        isForEventBridge: own.isForEventBridge || there.EventBridgeConfiguration !== undefined,
      });
    } else {
      await putNotifications(request, Bucket, own);
    }
    return { physicalId: `${request.stackName}-${request.logicalId}`, attributes: {} };
  },

  async remove({ properties }, { s3 }) {
    const Bucket = properties.requiredText("BucketName");
    await s3.send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration: {} }));
  },
};

/** Sets a bucket's notifications. */
export async function putNotifications(
  request: ResourceRequest,
  Bucket: string,
  { queues, topics, functions, isForEventBridge }: Notifications,
): Promise<void> {
  const NotificationConfiguration = {
    QueueConfigurations: withSentEvents(request, queues),
    TopicConfigurations: withSentEvents(request, topics),
    LambdaFunctionConfigurations: withSentEvents(request, functions),
    ...(isForEventBridge ? { EventBridgeConfiguration: {} } : {}),
  };
  await request.clients.s3.send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration }));
}

/** Without the events that S3 does not send locally: restores, replication and others. */
function withSentEvents<T extends { Events?: Event[] | undefined }>(
  request: ResourceRequest,
  items: readonly T[],
): T[] {
  return items.flatMap((item) => {
    const sent = (item.Events ?? []).filter((event) => /^s3:Object(?:Created|Removed|Tagging):/.test(event));
    if (sent.length < (item.Events ?? []).length) {
      request.leaveOut("Bucket notifications of other events than created, removed and tagged objects", "are not sent");
    }
    return sent.length === 0 ? [] : [{ ...item, Events: sent }];
  });
}

/** The custom resource uses the names of the API. */
function fromCustomResource(configuration: PropertyReader | undefined): Notifications {
  const common = (item: PropertyReader): { Events: Event[]; Filter?: { Key: { FilterRules: FilterRule[] } } } => ({
    Events: item.texts("Events").map(toEvent),
    ...filter(item.object("Filter")?.object("Key")?.objects("FilterRules")),
  });
  return {
    queues: (configuration?.objects("QueueConfigurations") ?? []).map((item) => ({
      QueueArn: item.requiredText("QueueArn"),
      ...common(item),
    })),
    topics: (configuration?.objects("TopicConfigurations") ?? []).map((item) => ({
      TopicArn: item.requiredText("TopicArn"),
      ...common(item),
    })),
    functions: (configuration?.objects("LambdaFunctionConfigurations") ?? []).map((item) => ({
      LambdaFunctionArn: item.requiredText("LambdaFunctionArn"),
      ...common(item),
    })),
    isForEventBridge: configuration?.values.EventBridgeConfiguration !== undefined,
  };
}

/** The property of `AWS::S3::Bucket` has other names for the same. */
export function fromBucketProperty(configuration: PropertyReader): Notifications {
  const common = (item: PropertyReader): { Events: Event[]; Filter?: { Key: { FilterRules: FilterRule[] } } } => ({
    Events: [toEvent(item.requiredText("Event"))],
    ...filter(item.object("Filter")?.object("S3Key")?.objects("Rules")),
  });
  return {
    queues: configuration
      .objects("QueueConfigurations")
      .map((item) => ({ QueueArn: item.requiredText("Queue"), ...common(item) })),
    topics: configuration
      .objects("TopicConfigurations")
      .map((item) => ({ TopicArn: item.requiredText("Topic"), ...common(item) })),
    functions: configuration
      .objects("LambdaConfigurations")
      .map((item) => ({ LambdaFunctionArn: item.requiredText("Function"), ...common(item) })),
    isForEventBridge: configuration.values.EventBridgeConfiguration !== undefined,
  };
}

function filter(rules: readonly PropertyReader[] | undefined): { Filter?: { Key: { FilterRules: FilterRule[] } } } {
  if (rules === undefined || rules.length === 0) {
    return {};
  }
  const FilterRules = rules.map((rule) => ({
    Name: rule.text("Name")?.toLowerCase() === "suffix" ? ("suffix" as const) : ("prefix" as const),
    Value: rule.text("Value") ?? "",
  }));
  return { Filter: { Key: { FilterRules } } };
}

function toEvent(name: string): Event {
  const event = Object.values(EventValues).find((value) => value === name);
  if (event === undefined) {
    throw new LocalError("TemplateInvalid", `${name} is not an event type of S3`, {
      remedy: "use an event type such as s3:ObjectCreated:*",
    });
  }
  return event;
}
