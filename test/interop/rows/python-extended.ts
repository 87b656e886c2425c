import { python } from "../peers/python.ts";
import type { KnownLimit, Suite } from "../row.ts";
import { besideFanfare } from "./beside.ts";
import { rowsOf } from "./extended.ts";
import { peerSuite } from "./plain.ts";

const NO_BATCHES: KnownLimit = {
  reason:
    "publish_batch is boto3's own: the client offloads in publish only, and SNS refuses the size; publish one by one",
  symptom: /BatchRequestTooLong/,
};

const NO_BINARY: KnownLimit = {
  reason: "the client copies message attributes through JSON, which holds no bytes: send binary attributes as text",
  symptom: /TypeError: Object of type bytes is not JSON serializable/,
};

const NO_SPLIT: KnownLimit = {
  reason:
    "the client offloads by the size of each entry and does not split a batch whose entries are too large together",
  symptom: /BatchRequestTooLong/,
};

const ASKS_FOR_ONE: KnownLimit = {
  reason:
    "with use_legacy_attribute the client asks SQS for the older attribute only, misses ours and hands out the pointer; ask for MessageAttributeNames All",
  symptom: /^body: .* on "\[\\"software\.amazon\.payloadoffloading/,
};

const BINARY = { signature: { type: "Binary", value: Buffer.from([0, 1, 254, 255]).toString("base64") } };

/** `amazon-sqs-extended-client`: to and from queues. */
export const pythonSqs: Suite = peerSuite("Python amazon-sqs-extended-client", python("amazon-sqs-extended-client"), [
  ...rowsOf({ direction: "writes", via: "queue", size: "small" }),
  ...rowsOf({ direction: "writes", via: "queue", size: "large" }),
  ...rowsOf({
    direction: "writes",
    via: "queue",
    size: "large",
    how: "older attribute",
    options: { legacyAttribute: true },
  }),
  ...rowsOf({ direction: "writes", via: "queue", size: "large", how: "key from attribute S3Key", keyIn: "attribute" }),
  ...rowsOf({ direction: "writes", via: "queue", size: "large", how: "batch", options: { batch: true } }),
  ...rowsOf({
    direction: "writes",
    via: "queue",
    size: "medium",
    how: "batch",
    options: { batch: true },
    limit: NO_SPLIT,
  }),
  ...rowsOf({ direction: "reads", via: "queue", size: "small" }),
  ...rowsOf({ direction: "reads", via: "queue", size: "large" }),
  ...rowsOf({ direction: "reads", via: "topic", size: "small" }),
  ...rowsOf({ direction: "reads", via: "topic", size: "large" }),
  ...rowsOf({
    direction: "reads",
    via: "queue",
    size: "large",
    how: "use_legacy_attribute",
    options: { legacyAttribute: true },
  }),
  ...rowsOf({
    direction: "reads",
    via: "queue",
    size: "large",
    how: "use_legacy_attribute, no names asked for",
    options: { legacyAttribute: true, askForAttributes: false },
    limit: ASKS_FOR_ONE,
  }),
  besideFanfare("large, beside another subscriber", false),
  besideFanfare("large, beside another subscriber, delete_payload_from_s3", true),
]);

/** `amazon-sns-extended-client`: to topics. */
export const pythonSns: Suite = peerSuite("Python amazon-sns-extended-client", python("amazon-sns-extended-client"), [
  ...rowsOf({ direction: "writes", via: "topic", size: "small" }),
  ...rowsOf({ direction: "writes", via: "topic", size: "large" }),
  ...rowsOf({
    direction: "writes",
    via: "topic",
    size: "large",
    how: "older attribute",
    options: { legacyAttribute: true },
  }),
  ...rowsOf({ direction: "writes", via: "topic", size: "large", how: "key from attribute S3Key", keyIn: "attribute" }),
  ...rowsOf({ direction: "writes", via: "wrapped", size: "large" }),
  ...rowsOf({
    direction: "writes",
    via: "topic",
    size: "large",
    how: "batch",
    options: { batch: true },
    limit: NO_BATCHES,
  }),
  ...rowsOf({
    direction: "writes",
    via: "topic",
    size: "small",
    how: "binary attribute",
    attributes: BINARY,
    limit: NO_BINARY,
  }),
]);
