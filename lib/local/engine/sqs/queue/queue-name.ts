import { type CallContext, isFifoName, parseArn, partitionOf } from "../../kernel/index.ts";
import { invalidParameterValue, missingParameter, queueDoesNotExist } from "../errors.ts";

const FIFO_SUFFIX = ".fifo";

/** 1 to 80 characters, the suffix `.fifo` included (API: CreateQueue). */
const NAME = /^[A-Za-z0-9_-]{1,80}$/;
const MAXIMUM_NAME_LENGTH = 80;

/** Throws `InvalidParameterValue` for a name that a queue of this type cannot have. */
export function validateQueueName(name: string | undefined, fifo: boolean): string {
  if (name === undefined || name === "") {
    throw missingParameter("QueueName");
  }
  if (fifo && !isFifoName(name)) {
    throw invalidParameterValue(
      `The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with ${FIFO_SUFFIX} suffix and be 1 to 80 in length.`,
    );
  }
  const stem = fifo ? name.slice(0, -FIFO_SUFFIX.length) : name;
  if (!NAME.test(stem) || name.length > MAXIMUM_NAME_LENGTH) {
    const hint = !fifo && isFifoName(name) ? ` To create a FIFO queue, set the attribute FifoQueue to true.` : "";
    throw invalidParameterValue(
      `Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length.${hint}`,
    );
  }
  return name;
}

/** The parts of a queue's ARN. */
export interface QueueAddress {
  readonly region: string;
  readonly accountId: string;
  readonly name: string;
}

export function queueArn(address: QueueAddress): string {
  return `arn:${partitionOf(address.region)}:sqs:${address.region}:${address.accountId}:${address.name}`;
}

/** `undefined` when the string is not the ARN of a queue. */
export function parseQueueArn(text: string): QueueAddress | undefined {
  const { service, region, accountId, resource: name } = parseArn(text) ?? {};
  return service === "sqs" && region && accountId && name && !name.includes(":")
    ? { region, accountId, name }
    : undefined;
}

/**
 * The queue that a URL names. Only the last two parts of the path count (`/<account>/<name>`): the host may be any
 * name under which the caller reaches the engine, and the region is the caller's. The service also takes a queue's plain
 * name: a queue of the caller's account.
 */
export function parseQueueUrl(context: CallContext, queueUrl: string | undefined): QueueAddress {
  if (queueUrl === undefined || queueUrl === "") {
    throw missingParameter("QueueUrl");
  }
  if (!queueUrl.includes("/")) {
    return { region: context.region, accountId: context.accountId, name: queueUrl };
  }
  const match = /(?:^|\/)(\d{12})\/([^/?#]+)\/?$/.exec(queueUrl);
  const accountId = match?.[1];
  const name = match?.[2];
  if (accountId === undefined || name === undefined) {
    throw queueDoesNotExist();
  }
  return { region: context.region, accountId, name };
}

export function queueUrl(endpoint: string, address: QueueAddress): string {
  return `${endpoint.replace(/\/+$/, "")}/${address.accountId}/${address.name}`;
}
