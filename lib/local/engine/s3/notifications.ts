import type { FilterRule, NotificationConfiguration, QueueConfiguration, TopicConfiguration } from "@aws-sdk/client-s3";
import type { CallContext, EngineEnvironment } from "../kernel/index.ts";
import { randomUuid } from "../kernel/index.ts";
import type { PublicationOutcome, ServicePublication } from "../sns/index.ts";
import type { DeliveryOutcome, ServiceDelivery } from "../sqs/index.ts";
import { s3Error } from "./errors.ts";
import { eventRecord, type ObjectEvent, testEvent } from "./event-message.ts";
import type { Bucket, S3State, StoredObject } from "./state.ts";

/** Where notifications go. */
export interface NotificationOptions {
  readonly environment: EngineEnvironment;
  readonly deliver: (delivery: ServiceDelivery) => DeliveryOutcome;
  readonly publish?: (publication: ServicePublication) => PublicationOutcome;
}

/** Event types that the engine sends. Source: User Guide, "Event notification types and destinations". */
const EVENTS: ReadonlySet<string> = new Set([
  "s3:ObjectCreated:*",
  "s3:ObjectCreated:Put",
  "s3:ObjectCreated:Post",
  "s3:ObjectCreated:Copy",
  "s3:ObjectCreated:CompleteMultipartUpload",
  "s3:ObjectRemoved:*",
  "s3:ObjectRemoved:Delete",
  "s3:ObjectRemoved:DeleteMarkerCreated",
]);

interface Destination {
  readonly id: string;
  readonly arn: string;
  readonly service: "sqs" | "sns";
  readonly events: readonly string[];
  readonly prefix: string;
  readonly suffix: string;
}

/**
 * Checks a notification configuration, sends the test event to each destination, and answers what to store.
 *
 * Source: User Guide, "Supported event types and destinations" and "Granting permissions to publish".
 *
 * @param validates false with SkipDestinationValidation: no test event is sent
 * @throws AwsError InvalidArgument for a bad ARN, event, filter or overlap, and for a destination that refuses the test
 * event; NotImplemented for Lambda functions and EventBridge
 */
export function configureNotifications(
  bucket: Bucket,
  options: NotificationOptions,
  given: NotificationConfiguration,
  validates: boolean,
): NotificationConfiguration {
  if ((given.LambdaFunctionConfigurations ?? []).length > 0 || given.EventBridgeConfiguration !== undefined) {
    throw s3Error(
      "NotImplemented",
      "The local engine sends S3 events to queues and topics only, not to Lambda functions or EventBridge",
    );
  }
  const withId = <Item extends QueueConfiguration | TopicConfiguration>(item: Item): Item => ({
    ...item,
    Id: item.Id || randomUuid(options.environment),
  });
  const configuration: NotificationConfiguration = {
    ...(given.QueueConfigurations === undefined ? {} : { QueueConfigurations: given.QueueConfigurations.map(withId) }),
    ...(given.TopicConfigurations === undefined ? {} : { TopicConfigurations: given.TopicConfigurations.map(withId) }),
  };
  const destinations = destinationsOf(configuration);
  destinations.forEach(checkDestination);
  checkOverlap(destinations);
  if (validates) {
    for (const destination of destinations) {
      const problem = send(bucket, options, destination, testEvent(bucket, options.environment));
      if (problem !== undefined) {
        throw s3Error(
          "InvalidArgument",
          `Unable to validate the following destination configurations: ${destination.arn}: ${problem}`,
        );
      }
    }
  }
  return configuration;
}

/** Tells the destinations that want to know. What a destination refuses is lost, as at AWS. */
export function notify(
  state: S3State,
  bucket: Bucket,
  options: NotificationOptions,
  context: CallContext,
  event: ObjectEvent,
  key: string,
  object?: StoredObject,
): void {
  state.sequence++;
  if (bucket.configuration.notification === undefined) {
    return;
  }
  for (const destination of destinationsOf(bucket.configuration.notification)) {
    const wants = destination.events.some((pattern) => covers(pattern, `s3:${event}`));
    if (!wants || !key.startsWith(destination.prefix) || !key.endsWith(destination.suffix)) {
      continue;
    }
    const record = eventRecord(options.environment, {
      state,
      bucket,
      context,
      configurationId: destination.id,
      event,
      key,
      object,
    });
    send(bucket, options, destination, JSON.stringify({ Records: [record] }));
  }
}

/** Whether a configured event type is the other one, or a wildcard for it. */
function covers(pattern: string, event: string): boolean {
  return pattern === event || (pattern.endsWith("*") && event.startsWith(pattern.slice(0, -1)));
}

function destinationsOf(configuration: NotificationConfiguration): Destination[] {
  const make = (
    item: QueueConfiguration | TopicConfiguration,
    arn: string | undefined,
    service: "sqs" | "sns",
  ): Destination => {
    const rules = item.Filter?.Key?.FilterRules ?? [];
    return {
      id: item.Id ?? "",
      arn: arn ?? "",
      service,
      events: item.Events ?? [],
      prefix: ruleValue(rules, "prefix"),
      suffix: ruleValue(rules, "suffix"),
    };
  };
  return [
    ...(configuration.QueueConfigurations ?? []).map((item) => make(item, item.QueueArn, "sqs")),
    ...(configuration.TopicConfigurations ?? []).map((item) => make(item, item.TopicArn, "sns")),
  ];
}

function ruleValue(rules: readonly FilterRule[], name: "prefix" | "suffix"): string {
  for (const rule of rules) {
    const given = rule.Name?.toLowerCase();
    if (given !== "prefix" && given !== "suffix") {
      throw s3Error("InvalidArgument", "filter rule name must be either prefix or suffix");
    }
    if (given === name) {
      return rule.Value ?? "";
    }
  }
  return "";
}

function checkDestination({ arn, service, events }: Destination): void {
  if (!new RegExp(`^arn:[^:]+:${service}:[^:]+:\\d{12}:[^:]+$`).test(arn)) {
    throw s3Error("InvalidArgument", `The ARN could not be parsed: ${arn}`);
  }
  if (arn.endsWith(".fifo")) {
    throw s3Error(
      "InvalidArgument",
      `Unable to validate the following destination configurations: ${arn}: S3 does not send events to FIFO queues and topics`,
    );
  }
  if (events.length === 0) {
    throw s3Error("MalformedXML");
  }
  for (const event of events) {
    if (!EVENTS.has(event)) {
      throw s3Error(
        "InvalidArgument",
        `The local engine does not send the event ${event}; it sends ${[...EVENTS].join(", ")}`,
      );
    }
  }
}

/** Two configurations must not want the same event of the same key. */
function checkOverlap(destinations: readonly Destination[]): void {
  destinations.forEach((one, index) => {
    for (const other of destinations.slice(index + 1)) {
      const shares = one.events.some((first) =>
        other.events.some((second) => covers(first, second) || covers(second, first)),
      );
      const samePrefix = one.prefix.startsWith(other.prefix) || other.prefix.startsWith(one.prefix);
      const sameSuffix = one.suffix.endsWith(other.suffix) || other.suffix.endsWith(one.suffix);
      if (shares && samePrefix && sameSuffix) {
        throw s3Error(
          "InvalidArgument",
          "Configurations overlap. Configurations on the same bucket cannot share a common event type.",
        );
      }
    }
  });
}

/** @returns why the destination refused, or undefined */
function send(
  bucket: Bucket,
  options: NotificationOptions,
  destination: Destination,
  text: string,
): string | undefined {
  const source = {
    principal: "s3.amazonaws.com" as const,
    sourceArn: `arn:aws:s3:::${bucket.name}`,
    sourceAccount: bucket.accountId,
  };
  if (destination.service === "sqs") {
    const outcome = options.deliver({ queueArn: destination.arn, body: text, ...source });
    return outcome.status === "refused" ? outcome.message : undefined;
  }
  if (options.publish === undefined) {
    return "this engine was made without topics";
  }
  const outcome = options.publish({
    topicArn: destination.arn,
    message: text,
    subject: "Amazon S3 Notification",
    ...source,
  });
  return outcome.status === "refused" ? outcome.message : undefined;
}
