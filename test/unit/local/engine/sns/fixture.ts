import type { CallContext, EngineEnvironment } from "../../../../../lib/local/engine/kernel/index.ts";
import { AwsError } from "../../../../../lib/local/engine/kernel/index.ts";
import { SnsEngine } from "../../../../../lib/local/engine/sns/index.ts";
import type { DeliveryOutcome, ServiceDelivery } from "../../../../../lib/local/engine/sqs/index.ts";

export const HERE: CallContext = { region: "eu-central-1", accountId: "111111111111" };
export const STRANGER: CallContext = { region: "eu-central-1", accountId: "222222222222" };

export function queueArn(name: string, { region, accountId }: CallContext = HERE): string {
  return `arn:aws:sqs:${region}:${accountId}:${name}`;
}

/** A clock that stands still until a test moves it, and a fixed sequence of chance. */
export class TestEnvironment implements EngineEnvironment {
  time = Date.UTC(2026, 10, 21, 12);
  #seed = 1;

  now(): number {
    return this.time;
  }

  random(): number {
    this.#seed = (this.#seed * 48_271) % 2_147_483_647;
    return this.#seed / 2_147_483_647;
  }
}

/** An SNS engine whose queues take everything, unless a test refuses for them. */
export class SnsFixture {
  readonly environment = new TestEnvironment();
  readonly deliveries: ServiceDelivery[] = [];
  readonly refusals = new Map<string, Extract<DeliveryOutcome, { status: "refused" }>>();
  readonly sns = new SnsEngine({
    environment: this.environment,
    endpoint: () => "http://localhost:4100",
    deliver: (delivery) => {
      const refusal = this.refusals.get(delivery.queueArn);
      if (refusal !== undefined) {
        return refusal;
      }
      this.deliveries.push(delivery);
      return { status: "delivered", messageId: "m" };
    },
  });

  topic(name = "orders", attributes: Record<string, string> = {}): string {
    const given = name.endsWith(".fifo") ? { FifoTopic: "true", ...attributes } : attributes;
    return this.sns.call(HERE, "CreateTopic", { Name: name, Attributes: given }).TopicArn ?? "";
  }

  subscribe(TopicArn: string, queue = "q", Attributes: Record<string, string> = {}): string {
    const input = { TopicArn, Protocol: "sqs", Endpoint: queueArn(queue), Attributes };
    return this.sns.call(HERE, "Subscribe", input).SubscriptionArn ?? "";
  }

  /** A topic with one subscription. */
  connected(attributes: Record<string, string> = {}): { topicArn: string; subscriptionArn: string } {
    const topicArn = this.topic();
    return { topicArn, subscriptionArn: this.subscribe(topicArn, "q", attributes) };
  }

  refuse(name: string): void {
    this.refusals.set(queueArn(name), { status: "refused", reason: "NonExistentQueue", message: `no queue ${name}` });
  }

  bodiesOf(name: string): string[] {
    return this.deliveries.filter((delivery) => delivery.queueArn === queueArn(name)).map((delivery) => delivery.body);
  }
}

/** The error that the action throws, as code, status and message; fails when it throws none. */
export function errorOf(act: () => unknown): { code: string; statusCode: number; message: string } {
  try {
    act();
  } catch (error) {
    if (!(error instanceof AwsError)) {
      throw error;
    }
    return { code: error.code, statusCode: error.statusCode, message: error.message };
  }
  throw new Error("expected an AwsError, nothing was thrown");
}
