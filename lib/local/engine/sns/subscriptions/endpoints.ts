import { AwsError, isFifoName, parseArn } from "../../kernel/index.ts";
import { invalidParameter } from "../errors.ts";
import type { Protocol, Topic } from "../state.ts";

const PROTOCOLS: readonly Protocol[] = [
  "sqs",
  "lambda",
  "http",
  "https",
  "email",
  "email-json",
  "sms",
  "application",
  "firehose",
];

/** Digits in groups, with one separator between two of them. */
const PHONE_NUMBER = /^\+?\d+(?:[-./ ]\d+)*$/;

/** A number that can be published to: E.164. */
export const E164 = /^\+[1-9]\d{1,14}$/;

/**
 * Who confirms a subscription: the endpoint's owner, by the token that it gets ("Subscribe" of the API Reference). The
 * others are confirmed when they are made.
 */
export const NEEDS_CONFIRMATION: ReadonlySet<Protocol> = new Set(["http", "https", "email", "email-json"]);

/** Protocols that can do without the JSON around the message ("Amazon SNS raw message delivery"). */
export const CAN_BE_RAW: ReadonlySet<Protocol> = new Set(["sqs", "http", "https", "firehose"]);

/** @throws AwsError InvalidParameter for a protocol that SNS does not have, or that a FIFO topic does not deliver to */
export function checkProtocol(topic: Topic, text: string): Protocol {
  const protocol = PROTOCOLS.find((candidate) => candidate === text);
  if (protocol === undefined) {
    throw invalidParameter(`Amazon SNS does not support this protocol string: ${text}`);
  }
  if (topic.isFifo && protocol !== "sqs") {
    throw invalidParameter(`Invalid protocol type: ${protocol}`);
  }
  return protocol;
}

/** @throws AwsError InvalidParameter for an endpoint that is none of the protocol */
export function checkEndpoint(topic: Topic, protocol: Protocol, endpoint: string): void {
  switch (protocol) {
    case "sqs":
      if (serviceOf(endpoint) !== "sqs") {
        throw invalidParameter("SQS endpoint ARN");
      }
      if (isFifoName(endpoint) && !topic.isFifo) {
        throw invalidParameter(
          "Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics",
        );
      }
      return;
    case "lambda":
      require(serviceOf(endpoint) === "lambda", "Lambda endpoint ARN");
      return;
    case "firehose":
      require(serviceOf(endpoint) === "firehose", "Firehose endpoint ARN");
      return;
    case "application":
      require(serviceOf(endpoint) === "sns", "Application endpoint arn invalid");
      return;
    case "http":
    case "https":
      require(URL.canParse(endpoint) &&
        new URL(endpoint).protocol === `${protocol}:`, "Endpoint must match the specified protocol");
      return;
    case "email":
    case "email-json":
      require(/^[^@\s]+@[^@\s]+$/.test(endpoint), "Email address");
      return;
    case "sms":
      if (!PHONE_NUMBER.test(endpoint)) {
        throw new AwsError("InvalidParameter", `Invalid SMS endpoint: ${endpoint}`);
      }
  }
}

function require(holds: boolean, reason: string): void {
  if (!holds) {
    throw invalidParameter(reason);
  }
}

function serviceOf(endpoint: string): string | undefined {
  return parseArn(endpoint)?.service;
}
