import { DynamoDbEngine, type DynamoDbSnapshot } from "./dynamodb/index.ts";
import type { EngineEnvironment } from "./kernel/index.ts";
import { S3Engine, type S3Snapshot } from "./s3/index.ts";
import { SnsEngine, type SnsSnapshot } from "./sns/index.ts";
import { type DeliveryOutcome, type ServiceDelivery, SqsEngine, type SqsSnapshot } from "./sqs/index.ts";

/** Delivers a service's message to a queue, and returns at once whether the queue accepted it. */
export type Deliver = (delivery: ServiceDelivery) => DeliveryOutcome;

export interface EngineOptions {
  readonly environment: EngineEnvironment;
  /** The origin of queue URLs and of the URLs in notifications. */
  readonly endpoint?: () => string;
  /** Whether notifications of topics are signed, so that they verify with the certificate that the server serves. @default false */
  readonly signsMessages?: boolean;
  /** Stands between topics or buckets and queues: a simulator delays, duplicates or drops deliveries here. */
  readonly wrapDelivery?: (deliver: Deliver) => Deliver;
}

/** The whole state of an engine as plain JSON. */
export interface EngineSnapshot {
  readonly version: 1;
  readonly sqs: SqsSnapshot;
  readonly sns: SnsSnapshot;
  readonly s3: S3Snapshot;
  /** Absent in the snapshots of versions that had no tables. */
  readonly dynamodb?: DynamoDbSnapshot;
}

/** SQS, SNS, S3 and DynamoDB, connected: topics deliver to the queues, buckets notify queues and topics. */
export class Engine {
  readonly sqs: SqsEngine;
  readonly sns: SnsEngine;
  readonly s3: S3Engine;
  readonly dynamodb: DynamoDbEngine;

  constructor({ environment, endpoint, signsMessages = false, wrapDelivery }: EngineOptions) {
    const shared = endpoint === undefined ? { environment } : { environment, endpoint };
    const sqs = new SqsEngine(shared);
    const toQueue: Deliver = (delivery) => sqs.deliver(delivery);
    const deliver = wrapDelivery?.(toQueue) ?? toQueue;
    const sns = new SnsEngine({ ...shared, deliver, signsMessages });
    this.sqs = sqs;
    this.sns = sns;
    this.s3 = new S3Engine({ environment, deliver, publish: (publication) => sns.publishAsService(publication) });
    this.dynamodb = new DynamoDbEngine({ environment });
  }

  /** A copy of the whole state as plain JSON. */
  snapshot(): EngineSnapshot {
    return {
      version: 1,
      sqs: this.sqs.snapshot(),
      sns: this.sns.snapshot(),
      s3: this.s3.snapshot(),
      dynamodb: this.dynamodb.snapshot(),
    };
  }

  /** Replaces the whole state. */
  restore(snapshot: EngineSnapshot): void {
    this.sqs.restore(snapshot.sqs);
    this.sns.restore(snapshot.sns);
    this.s3.restore(snapshot.s3);
    this.dynamodb.restore(snapshot.dynamodb ?? { version: 1, tables: [], streams: [], requests: [] });
  }
}
