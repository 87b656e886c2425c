import { FanfareError } from "../../errors/index.ts";
import { isJsonObject } from "../../std/index.ts";
import type { SqsRecord } from "../record/index.ts";

/** Services by the `eventSource` of their records. Source: Lambda Developer Guide, "Invoking Lambda with events from other AWS services". */
const SERVICES: Readonly<Record<string, string>> = {
  "aws:sns": "Amazon SNS",
  "aws:s3": "Amazon S3",
  "aws:ses": "Amazon SES",
  "aws:kinesis": "Amazon Kinesis",
  "aws:dynamodb": "DynamoDB Streams",
  "aws:codecommit": "AWS CodeCommit",
  "aws:kafka": "Amazon MSK",
  SelfManagedKafka: "Apache Kafka",
  "aws:mq": "Amazon MQ",
  "aws:rmq": "Amazon MQ",
};

/** Services by a field that only their events have, or records of theirs without `eventSource`. Source: as above. */
const SERVICES_BY_FIELD: Readonly<Record<string, string>> = {
  Sns: SERVICES["aws:sns"] ?? "",
  s3: SERVICES["aws:s3"] ?? "",
  ses: SERVICES["aws:ses"] ?? "",
  kinesis: SERVICES["aws:kinesis"] ?? "",
  dynamodb: SERVICES["aws:dynamodb"] ?? "",
  codecommit: SERVICES["aws:codecommit"] ?? "",
  cf: "Amazon CloudFront",
  requestContext: "Amazon API Gateway, a function URL or a load balancer",
  deliveryStreamArn: "Amazon Data Firehose",
  awslogs: "CloudWatch Logs",
  "detail-type": "Amazon EventBridge",
};

const SQS = "aws:sqs";

/**
 * The records of an event of SQS. An event of another service must not be answered as handled: that service would count it as
 * delivered, and nobody would have handled it.
 *
 * @throws FanfareError `ConfigurationInvalid` naming the service, for an event that is none of SQS
 */
export function recordsOf(event: unknown): readonly SqsRecord[] {
  const records: unknown = isJsonObject(event) ? event.Records : undefined;
  if (!Array.isArray(records)) {
    throw notOfSqs(serviceOf(event) ?? "something that is not an SQS event");
  }
  const foreign = records.map(serviceOf).find((service) => service !== undefined);
  if (foreign !== undefined) {
    throw notOfSqs(`an event of ${foreign}`);
  }
  // Their fields are read with care: see Delivery.
  return records as readonly SqsRecord[];
}

/** The service that an event or a record names, unless it is SQS or none. */
function serviceOf(given: unknown): string | undefined {
  if (!isJsonObject(given)) {
    return undefined;
  }
  const source: unknown = given.eventSource ?? given.EventSource;
  if (typeof source === "string" && source !== SQS) {
    return Object.hasOwn(SERVICES, source) ? SERVICES[source] : `"${source.slice(0, 100)}"`;
  }
  // A message may have been given any field by hand.
  const isMessage = source === SQS || "receiptHandle" in given;
  const field = isMessage ? undefined : Object.keys(SERVICES_BY_FIELD).find((name) => name in given);
  return field === undefined ? undefined : SERVICES_BY_FIELD[field];
}

function notOfSqs(what: string): FanfareError {
  return new FanfareError("ConfigurationInvalid", `the function was invoked with ${what}`, {
    field: "event.Records",
    remedy:
      "subscribe a queue, and connect it to the function by an event source mapping; to try it by hand, invoke it with { Records: [...] }",
  });
}
