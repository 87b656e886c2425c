import type { MessageAttributeValue } from "@aws-sdk/client-sqs";
import type { SnsPrincipal } from "../../../../regions/index.ts";
import { AwsError, evaluatePolicy } from "../../kernel/index.ts";
import { numeric, type Queue } from "../queue/index.ts";
import type { SqsState } from "../state.ts";
import { accept } from "./send.ts";
import { checkSend, givenSize, type SendInput, traceAttribute } from "./send-input.ts";

/** A message that an AWS service delivers to a queue. */
export interface ServiceDelivery {
  queueArn: string;
  body: string;
  messageAttributes?: Record<string, MessageAttributeValue>;
  messageGroupId?: string;
  messageDeduplicationId?: string;
  /** Of the request that caused the delivery. */
  traceHeader?: string;
  principal: SnsPrincipal | "s3.amazonaws.com" | "events.amazonaws.com";
  /** The topic, bucket or rule, as the queue's policy sees it in `aws:SourceArn`. */
  sourceArn: string;
  sourceAccount: string;
}

export type DeliveryOutcome =
  | { status: "delivered"; messageId: string; sequenceNumber?: string }
  | {
      status: "refused";
      reason: "NonExistentQueue" | "AccessDenied" | "MessageTooLong" | "InvalidMessage" | "WrongQueueType";
      message: string;
    };

type RefusalReason = Extract<DeliveryOutcome, { status: "refused" }>["reason"];

/** The key that AWS manages for SQS: no other service may use it ("Encryption at rest", key management). */
const AWS_MANAGED_KEY = "alias/aws/sqs";

/** Delivers for a service. Ordinary refusals are returned, not thrown. */
export function deliver(state: SqsState, delivery: ServiceDelivery): DeliveryOutcome {
  const queue = state.find(delivery.queueArn);
  if (queue === undefined) {
    return refused("NonExistentQueue", `The queue ${delivery.queueArn} does not exist.`);
  }
  const denial = denialOf(queue, delivery, state.now());
  if (denial !== undefined) {
    return refused("AccessDenied", denial);
  }
  if (queue.fifo && delivery.messageGroupId === undefined) {
    return refused(
      "WrongQueueType",
      `${queue.arn} is a FIFO queue, but the message has no message group id. Deliver to a standard queue, or from a FIFO topic.`,
    );
  }
  const input = toSendInput(queue, delivery);
  const limit = numeric(queue.attributes, "MaximumMessageSize");
  const size = givenSize(input);
  if (size > limit) {
    return refused(
      "MessageTooLong",
      `The message has ${size} bytes with its attributes, but the MaximumMessageSize of ${queue.arn} is ${limit}.`,
    );
  }
  try {
    const { messageId, sequenceNumber } = accept(state, queue, checkSend(queue, input), delivery.principal);
    return { status: "delivered", messageId, ...(sequenceNumber === undefined ? {} : { sequenceNumber }) };
  } catch (error) {
    if (error instanceof AwsError) {
      return refused("InvalidMessage", error.message);
    }
    throw error;
  }
}

function toSendInput(queue: Queue, delivery: ServiceDelivery): SendInput {
  return {
    MessageBody: delivery.body,
    MessageAttributes: delivery.messageAttributes,
    MessageGroupId: delivery.messageGroupId,
    MessageSystemAttributes: delivery.traceHeader === undefined ? undefined : traceAttribute(delivery.traceHeader),
    // A FIFO topic may deliver to a standard queue, which has no use for the deduplication id.
    MessageDeduplicationId: queue.fifo ? delivery.messageDeduplicationId : undefined,
  };
}

function denialOf(queue: Queue, delivery: ServiceDelivery, now: number): string | undefined {
  const { principal: name, sourceArn, sourceAccount } = delivery;
  const decision = evaluatePolicy(queue.attributes.Policy, {
    requester: { kind: "service", name, sourceArn, sourceAccount },
    action: "sqs:SendMessage",
    resource: queue.arn,
    now,
  });
  // A service has no identity policy: without a statement that allows it, nothing does.
  if (decision !== "allowed") {
    return `The policy of ${queue.arn} does not allow ${delivery.principal} sqs:SendMessage from ${delivery.sourceArn}. Allow that principal, with the condition ArnEquals aws:SourceArn.`;
  }
  if (queue.attributes.KmsMasterKeyId === AWS_MANAGED_KEY) {
    return `${queue.arn} is encrypted with ${AWS_MANAGED_KEY}, which ${delivery.principal} cannot use. Use SSE-SQS, or a customer managed key whose policy allows the service.`;
  }
  return undefined;
}

function refused(reason: RefusalReason, message: string): DeliveryOutcome {
  return { status: "refused", reason, message };
}
