import type { LocalServer } from "../../../lib/local/server/index.ts";
import type { OperatorPlace } from "../../../lib/ops/index.ts";

/** Causes of the letters of a queue. */
export const CAUSES = 40;

const CONTEXT = { region: "eu-central-1", accountId: "000000000000" };
const ENVELOPE = { specversion: "1.0", source: "test", type: "shop.OrderPlaced" };

/** What is in the dead-letter queue of a subscriber. */
interface Letters {
  readonly count: number;
  readonly bytes: number;
}

/** Where operators find the fleet. */
export const placeOf = ({ endpoint }: LocalServer): OperatorPlace => ({
  endpoint,
  region: CONTEXT.region,
  credentials: { accessKeyId: CONTEXT.accountId, secretAccessKey: "test" },
});

/**
 * Makes a topic with subscribed queues s0, s1 and so on, each with a dead-letter queue. The engine itself is asked: over HTTP, a hundred
 * thousand letters take minutes.
 *
 * @param letters of the first dead-letter queues
 */
export function createFleet(
  { engine: { sqs, sns } }: LocalServer,
  { queues, letters }: { readonly queues: number; readonly letters: readonly Letters[] },
): void {
  const { TopicArn = "" } = sns.call(CONTEXT, "CreateTopic", { Name: "orders" });
  for (let at = 0; at < queues; at++) {
    const dead = createQueue(`s${at}-dlq`);
    const deadLetterTargetArn = arnOf(`s${at}-dlq`);
    createQueue(`s${at}`, { RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 5 }) });
    sns.call(CONTEXT, "Subscribe", {
      TopicArn,
      Protocol: "sqs",
      Endpoint: arnOf(`s${at}`),
      Attributes: { RawMessageDelivery: "true", FilterPolicy: JSON.stringify({ type: [`shop.${at}`] }) },
    });
    fill(dead, letters[at] ?? { count: 0, bytes: 0 });
  }

  function createQueue(QueueName: string, Attributes: Record<string, string> = {}): string {
    return sqs.call(CONTEXT, "CreateQueue", { QueueName, Attributes }).QueueUrl ?? "";
  }

  function fill(QueueUrl: string, { count, bytes }: Letters): void {
    const text = "x".repeat(bytes);
    for (let at = 0; at < count; at++) {
      const cause = `cause ${at % CAUSES}`;
      const failure = { error: "Permanent", message: cause, consumer: "shop.S0", fingerprint: cause.replace(" ", "") };
      sqs.call(CONTEXT, "SendMessage", {
        QueueUrl,
        MessageBody: JSON.stringify({ ...ENVELOPE, id: `e-${at}`, data: { text } }),
        MessageAttributes: { fanfareFailure: { DataType: "String", StringValue: JSON.stringify(failure) } },
      });
    }
  }
}

const arnOf = (name: string) => `arn:aws:sqs:${CONTEXT.region}:${CONTEXT.accountId}:${name}`;
