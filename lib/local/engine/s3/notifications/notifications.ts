import type {
  FilterRule,
  LambdaFunctionConfiguration,
  NotificationConfiguration,
  QueueConfiguration,
  TopicConfiguration,
} from "@aws-sdk/client-s3";
import { type CallContext, randomUuid } from "../../kernel/index.ts";
import { s3Error } from "../errors.ts";
import { findBucket } from "../lookup.ts";
import type { S3Handler } from "../operations.ts";
import type { Bucket, S3State } from "../state.ts";
import { bridgeEvent, eventRecord, type ObjectEvent, testEvent } from "./event-message.ts";

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
  "s3:ObjectTagging:*",
  "s3:ObjectTagging:Put",
  "s3:ObjectTagging:Delete",
]);

type AnyConfiguration = QueueConfiguration | TopicConfiguration | LambdaFunctionConfiguration;

interface Destination {
  readonly id: string;
  readonly arn: string;
  readonly service: "sqs" | "sns" | "lambda";
  readonly events: readonly string[];
  readonly prefix: string;
  readonly suffix: string;
}

/**
 * Checks and stores a notification configuration, after a test event to each destination. With SkipDestinationValidation no
 * test event is sent.
 *
 * Source: User Guide, "Supported event types and destinations" and "Granting permissions to publish".
 *
 * Events for functions and for EventBridge are handed over; they get no test event.
 *
 * @throws AwsError InvalidArgument for a bad ARN, event, filter or overlap, and for a destination that refuses the test event
 */
export const putBucketNotificationConfiguration: S3Handler<"PutBucketNotificationConfiguration"> = (
  state,
  _context,
  input,
) => {
  const bucket = findBucket(state, input);
  const given = input.NotificationConfiguration ?? {};
  const withId = <Item extends AnyConfiguration>(item: Item): Item => ({
    ...item,
    Id: item.Id || randomUuid(state.environment),
  });
  const configuration: NotificationConfiguration = {
    ...(given.QueueConfigurations === undefined ? {} : { QueueConfigurations: given.QueueConfigurations.map(withId) }),
    ...(given.TopicConfigurations === undefined ? {} : { TopicConfigurations: given.TopicConfigurations.map(withId) }),
    ...(given.LambdaFunctionConfigurations === undefined
      ? {}
      : { LambdaFunctionConfigurations: given.LambdaFunctionConfigurations.map(withId) }),
    ...(given.EventBridgeConfiguration === undefined ? {} : { EventBridgeConfiguration: {} }),
  };
  const destinations = destinationsOf(configuration);
  destinations.forEach(checkDestination);
  checkOverlap(destinations);
  if (input.SkipDestinationValidation !== true) {
    for (const destination of destinations.filter(({ service }) => service !== "lambda")) {
      const problem = send(state, bucket, destination, testEvent(bucket, state.environment));
      if (problem !== undefined) {
        throw s3Error(
          "InvalidArgument",
          `Unable to validate the following destination configurations: ${destination.arn}: ${problem}`,
        );
      }
    }
  }
  bucket.configuration.notification = configuration;
  return {};
};

export const getBucketNotificationConfiguration: S3Handler<"GetBucketNotificationConfiguration"> = (
  state,
  _context,
  input,
) => ({ ...structuredClone(findBucket(state, input).configuration.notification) });

/** Notifies the destinations that are configured for the event. What a destination refuses is lost, as in AWS. */
export function notify(state: S3State, bucket: Bucket, context: CallContext, event: ObjectEvent, key: string): void {
  state.sequence++;
  const { notification } = bucket.configuration;
  if (notification === undefined) {
    return;
  }
  if (notification.EventBridgeConfiguration !== undefined) {
    state.handOver({ service: "events", event: bridgeEvent(state, bucket, context, event, key) });
  }
  for (const destination of destinationsOf(notification)) {
    const wants = destination.events.some((pattern) => covers(pattern, `s3:${event}`));
    if (wants && key.startsWith(destination.prefix) && key.endsWith(destination.suffix)) {
      const record = eventRecord(state, bucket, context, { configurationId: destination.id, event, key });
      if (destination.service === "lambda") {
        state.handOver({ service: "lambda", functionArn: destination.arn, event: { Records: [record] } });
      } else {
        send(state, bucket, destination, JSON.stringify({ Records: [record] }), context.traceHeader);
      }
    }
  }
}

/** Whether a configured event type is the other one, or a wildcard for it. */
function covers(pattern: string, event: string): boolean {
  return pattern === event || (pattern.endsWith("*") && event.startsWith(pattern.slice(0, -1)));
}

function destinationsOf(configuration: NotificationConfiguration): Destination[] {
  const make = (item: AnyConfiguration, arn: string | undefined, service: Destination["service"]): Destination => {
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
    ...(configuration.LambdaFunctionConfigurations ?? []).map((item) => make(item, item.LambdaFunctionArn, "lambda")),
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
  if (!new RegExp(`^arn:[^:]+:${service}:[^:]+:\\d{12}:.+$`).test(arn)) {
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
  state: S3State,
  bucket: Bucket,
  { service, arn }: Destination,
  text: string,
  traceHeader?: string,
): string | undefined {
  const source = {
    principal: "s3.amazonaws.com" as const,
    sourceArn: `arn:aws:s3:::${bucket.name}`,
    sourceAccount: bucket.accountId,
    ...(traceHeader === undefined ? {} : { traceHeader }),
  };
  if (service === "sns" && state.publish === undefined) {
    return "this engine was created without topics";
  }
  const outcome =
    service === "sns"
      ? state.publish?.({ topicArn: arn, message: text, subject: "Amazon S3 Notification", ...source })
      : state.deliver({ queueArn: arn, body: text, ...source });
  return outcome?.status === "refused" ? outcome.message : undefined;
}
