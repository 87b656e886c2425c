import { randomUUID } from "node:crypto";
import { DeleteMessageCommand, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import {
  consume,
  createPublisher,
  dynamoDbStore,
  type EventInfo,
  type SqsRecord,
  s3PayloadStore,
} from "../../lib/index.ts";
import { sqsRecordOf } from "../../lib/std/index.ts";
import { SNS_DEFAULT_MAX_BYTES } from "../../lib/wire/index.ts";
import { interop, SOURCE } from "./contract.ts";
import type { Sample } from "./samples.ts";
import type { Channel, World } from "./world.ts";

/** Where Fanfare's publisher puts payloads. The other clients put theirs at the root of the bucket. */
export const PAYLOAD_PREFIX = "fanfare/";

const RECEIVE_MS = 20_000;
const INVOCATION_MS = 30_000;

/** What Fanfare's handler got. */
export interface Handled {
  readonly data: unknown;
  readonly event: EventInfo;
  readonly record: SqsRecord;
}

/** Publishes with Fanfare; what is larger than a topic takes by default goes to S3, on queues too. */
export async function publishWithFanfare(world: World, channel: Channel, samples: readonly Sample[]): Promise<void> {
  const location = { bucket: world.bucket, prefix: PAYLOAD_PREFIX };
  const publish = createPublisher(interop, {
    target: channel.target,
    source: SOURCE,
    maxMessageBytes: SNS_DEFAULT_MAX_BYTES,
    payloads: s3PayloadStore({ location, client: world.s3 }),
    clients: { sns: world.sns, sqs: world.sqs, s3: world.s3 },
  });
  await Promise.all(samples.map(({ id, time, data }) => publish("Measured", data, { id, time })));
  await publish.close();
}

/**
 * Receives with Fanfare's consumer as Lambda would invoke it, until that many events were handled. Every batch is delivered twice, and each
 * event is claimed in the table, with the client under test.
 *
 * @param payloadSources where payloads may be read; the whole bucket unless told otherwise
 * @throws Error with what the consumer logged, as soon as it hands a record back or drops it
 */
export async function consumeWithFanfare(
  world: World,
  channel: Channel,
  count: number,
  payloadSources: string = world.bucket,
): Promise<readonly Handled[]> {
  const handled: Handled[] = [];
  const complaints: string[] = [];
  const complain = (message: string, fields?: object) => complaints.push(`${message} ${JSON.stringify(fields)}`);
  const take = (data: unknown, ctx: Omit<Handled, "data">) => {
    handled.push({ data, event: ctx.event, record: ctx.record });
  };
  const handler = consume(
    interop,
    { Measured: async (data, ctx) => take(data, ctx), ChatMessage: async (data, ctx) => take(data, ctx) },
    {
      // Rows have the same events: each is another consumer.
      consumer: `interop-${randomUUID()}`,
      guarantee: "exactly-once",
      store: dynamoDbStore({ table: world.table, awsClient: world.awsClient }),
      awsClient: world.awsClient,
      payloadSources,
      clients: { s3: world.s3 },
      logger: { debug: () => {}, info: () => {}, warn: complain, error: complain },
    },
  );
  const deadline = Date.now() + RECEIVE_MS;
  while (handled.length < count && Date.now() < deadline) {
    const records = await receive(world, channel);
    const endsAt = Date.now() + INVOCATION_MS;
    const context = {
      awsRequestId: randomUUID(),
      functionName: "interop",
      getRemainingTimeInMillis: () => endsAt - Date.now(),
    };
    const { batchItemFailures } = await handler({ Records: records }, context);
    if (batchItemFailures.length > 0 || complaints.length > 0) {
      throw new Error(`Fanfare's consumer refused ${batchItemFailures.length} records: ${complaints.join("; ")}`);
    }
    const once = handled.length;
    const again = await handler({ Records: records }, context);
    if (handled.length > once || again.batchItemFailures.length > 0) {
      throw new Error(`a second delivery: ${handled.length - once} handled, ${again.batchItemFailures.length} refused`);
    }
    for (const { receiptHandle } of records) {
      await world.sqs.send(new DeleteMessageCommand({ QueueUrl: channel.queueUrl, ReceiptHandle: receiptHandle }));
    }
  }
  return handled;
}

/** One receive, in the shape in which Lambda hands records over. */
async function receive(world: World, channel: Channel): Promise<SqsRecord[]> {
  const { Messages = [] } = await world.sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: channel.queueUrl,
      MaxNumberOfMessages: 10,
      WaitTimeSeconds: 1,
      MessageSystemAttributeNames: ["All"],
      MessageAttributeNames: ["All"],
    }),
  );
  // Records of Lambda always have a receive count; the emulator's type does not say so.
  return Messages.map((message) => {
    const record = sqsRecordOf(message, channel.queueArn);
    return {
      ...record,
      attributes: {
        ...record.attributes,
        ApproximateReceiveCount: record.attributes.ApproximateReceiveCount ?? "1",
      },
    };
  });
}
