import { java } from "../peers/java.ts";
import type { KnownLimit, Suite } from "../row.ts";
import { besideFanfare } from "./beside.ts";
import { rowsOf } from "./extended.ts";
import { peerSuite } from "./plain.ts";

const NO_BATCHES: KnownLimit = {
  reason: "the client has no publishBatch: it throws for messages of any size; publish one by one",
  symptom: /UnsupportedOperationException/,
};

const NO_SPLIT: KnownLimit = {
  reason:
    "the client offloads by the size of each entry and does not split a batch whose entries are too large together",
  symptom: /BatchRequestTooLong/,
};

/** `amazon-sqs-java-extended-client-lib`: to and from queues. */
export const javaSqs: Suite = peerSuite("Java amazon-sqs-java-extended-client-lib", java, [
  ...rowsOf({ direction: "writes", via: "queue", size: "small", options: { legacyAttribute: true } }),
  ...rowsOf({
    direction: "writes",
    via: "queue",
    size: "large",
    how: "older attribute (default)",
    options: { legacyAttribute: true },
  }),
  ...rowsOf({ direction: "writes", via: "queue", size: "large", how: "newer attribute" }),
  ...rowsOf({ direction: "writes", via: "queue", size: "large", how: "withS3KeyPrefix", keyIn: "option" }),
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
  ...rowsOf({ direction: "reads", via: "queue", size: "large", options: { legacyAttribute: true } }),
  ...rowsOf({ direction: "reads", via: "topic", size: "small" }),
  ...rowsOf({ direction: "reads", via: "topic", size: "large" }),
  besideFanfare("large, beside another subscriber, cleanupS3Payload off", false),
  besideFanfare("large, beside another subscriber (default)", true),
]);

/** `sns-extended-client`: to topics. */
export const javaSns: Suite = peerSuite("Java sns-extended-client", java, [
  ...rowsOf({ direction: "writes", via: "topic", size: "small" }),
  ...rowsOf({ direction: "writes", via: "topic", size: "large" }),
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
]);
