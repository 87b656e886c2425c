import { parsePolicy, randomHex } from "../../kernel/index.ts";
import {
  invalidAttributeValue,
  purgeQueueInProgress,
  queueDeletedRecently,
  queueDoesNotExist,
  queueNameExists,
  unknownAttribute,
} from "../errors.ts";
import { optionalInteger, page, required } from "../input.ts";
import { DELETED_NAME_INTERVAL_MS, MAXIMUM_LISTED_QUEUES, PURGE_INTERVAL_MS } from "../limits.ts";
import type { SqsHandler } from "../operations.ts";
import {
  ATTRIBUTE_RULES,
  type ComputedAttribute,
  checkAttributes,
  isComputed,
  isSettable,
  merged,
  Queue,
  type QueueAttributes,
  queueArn,
  queueUrl,
  type SettableAttribute,
  validateQueueName,
} from "../queue/index.ts";
import { normaliseRedrive } from "./redrive-settings.ts";
import { setTags } from "./tags.ts";

export const createQueue: SqsHandler<"CreateQueue"> = (state, context, input) => {
  const given = input.Attributes ?? {};
  if (given.FifoQueue !== undefined && given.FifoQueue.toLowerCase() !== "true") {
    // A standard queue is one without the attribute; the service refuses "false" as well.
    throw unknownAttribute("FifoQueue");
  }
  const fifo = given.FifoQueue !== undefined;
  const name = validateQueueName(input.QueueName, fifo);
  const address = { region: context.region, accountId: context.accountId, name };
  const arn = queueArn(address);
  const change = normaliseRedrive(state, arn, fifo, checkPolicy(checkAttributes(given, fifo)));
  const url = queueUrl(state.endpoint(), address);
  const existing = state.find(arn);
  if (existing !== undefined) {
    requireSame(existing, change);
    return { QueueUrl: url };
  }
  const deletedAt = state.deletedAt.get(arn);
  if (state.enforceDeletionPause && deletedAt !== undefined && state.now() < deletedAt + DELETED_NAME_INTERVAL_MS) {
    throw queueDeletedRecently();
  }
  const queue = new Queue({
    id: randomHex(state.environment, 16),
    address,
    attributes: merged({}, change),
    createdAt: state.now(),
    ...(state.shuffleStandardQueues ? { random: () => state.environment.random() } : {}),
  });
  setTags(queue, input.tags ?? {});
  state.deletedAt.delete(arn);
  state.queues.set(arn, queue);
  return { QueueUrl: url };
};

export const deleteQueue: SqsHandler<"DeleteQueue"> = (state, context, input) => {
  const queue = state.require(context, input.QueueUrl);
  state.queues.delete(queue.arn);
  state.deletedAt.set(queue.arn, state.now());
  // A receiver that waits for a message of this queue has to learn that the queue is gone.
  state.changed.add(queue.arn);
  return {};
};

export const getQueueUrl: SqsHandler<"GetQueueUrl"> = (state, context, input) => {
  const name = required("QueueName", input.QueueName);
  const address = { region: context.region, accountId: input.QueueOwnerAWSAccountId ?? context.accountId, name };
  if (!state.queues.has(queueArn(address))) {
    throw queueDoesNotExist();
  }
  return { QueueUrl: queueUrl(state.endpoint(), address) };
};

export const listQueues: SqsHandler<"ListQueues"> = (state, context, input) => {
  optionalInteger("MaxResults", input.MaxResults, 1, MAXIMUM_LISTED_QUEUES);
  const names = [...state.queues.values()]
    .filter(({ address }) => address.region === context.region && address.accountId === context.accountId)
    .map(({ address }) => address.name)
    .filter((name) => name.startsWith(input.QueueNamePrefix ?? ""))
    .sort();
  const { items, nextToken } = page(names, (name) => name, {
    nextToken: input.NextToken,
    maxResults: input.MaxResults,
    defaultResults: MAXIMUM_LISTED_QUEUES,
  });
  const urls = items.map((name) => queueUrl(state.endpoint(), { ...context, name }));
  return {
    ...(urls.length > 0 ? { QueueUrls: urls } : {}),
    ...(nextToken === undefined ? {} : { NextToken: nextToken }),
  };
};

export const getQueueAttributes: SqsHandler<"GetQueueAttributes"> = (state, context, input) => {
  const queue = state.require(context, input.QueueUrl);
  const wanted: readonly string[] = input.AttributeNames ?? [];
  for (const name of wanted) {
    if (name !== "All" && !isComputed(name) && !isSettable(name)) {
      throw unknownAttribute(name);
    }
  }
  const all = describeAttributes(queue);
  const chosen = wanted.includes("All") ? all : all.filter(([name]) => wanted.includes(name));
  return chosen.length > 0 ? { Attributes: Object.fromEntries(chosen) } : {};
};

export const setQueueAttributes: SqsHandler<"SetQueueAttributes"> = (state, context, input) => {
  const queue = state.require(context, input.QueueUrl);
  const given = required("Attributes", input.Attributes);
  const { FifoQueue: type, ...change } = checkPolicy(checkAttributes(given, queue.fifo));
  if (type === "false") {
    throw invalidAttributeValue("FifoQueue", "Modifying queue type is not supported.");
  }
  const next = merged(queue.attributes, normaliseRedrive(state, queue.arn, queue.fifo, change));
  queue.setAttributes(next, state.now());
  // A shorter delay can make messages of a FIFO queue available.
  queue.advance(state.now());
  state.changed.add(queue.arn);
  return {};
};

export const purgeQueue: SqsHandler<"PurgeQueue"> = (state, context, input) => {
  const queue = state.require(context, input.QueueUrl);
  const now = state.now();
  if (queue.lastPurgedAt !== undefined && now < queue.lastPurgedAt + PURGE_INTERVAL_MS) {
    throw purgeQueueInProgress(queue.address.name);
  }
  queue.lastPurgedAt = now;
  queue.messages.clear();
  // What was purged can be sent again at once, and no receive of it can be repeated.
  queue.recentSends.clear();
  queue.recentAttempts.clear();
  state.changed.add(queue.arn);
  return {};
};

/** Seconds since the epoch, as the service gives the times of queues. */
function seconds(milliseconds: number): string {
  return String(Math.floor(milliseconds / 1_000));
}

function describeAttributes(queue: Queue): [string, string][] {
  const computed: Record<ComputedAttribute, string> = {
    ApproximateNumberOfMessages: String(queue.messages.counts.ready),
    ApproximateNumberOfMessagesDelayed: String(queue.messages.counts.delayed),
    ApproximateNumberOfMessagesNotVisible: String(queue.messages.counts.inFlight),
    CreatedTimestamp: seconds(queue.createdAt),
    LastModifiedTimestamp: seconds(queue.modifiedAt),
    QueueArn: queue.arn,
  };
  const settable = Object.keys(ATTRIBUTE_RULES)
    .filter(isSettable)
    .filter((name) => applies(queue, name))
    .map((name): [string, string | undefined] => [name, queue.effective(name)])
    .filter((entry): entry is [string, string] => entry[1] !== undefined);
  return [...Object.entries(computed), ...settable];
}

/** Whether a queue of this type and encryption has the attribute at all. */
function applies(queue: Queue, name: SettableAttribute): boolean {
  if (name === "KmsDataKeyReusePeriodSeconds") {
    return queue.attributes.KmsMasterKeyId !== undefined;
  }
  return queue.fifo || !("fifoOnly" in ATTRIBUTE_RULES[name]);
}

function requireSame(existing: Queue, change: QueueAttributes): void {
  for (const [name, value] of Object.entries(change)) {
    if (isSettable(name) && (existing.effective(name) ?? "") !== value) {
      throw queueNameExists(name);
    }
  }
}

function checkPolicy(attributes: QueueAttributes): QueueAttributes {
  if (attributes.Policy && parsePolicy(attributes.Policy) === undefined) {
    throw invalidAttributeValue("Policy", "It must be a JSON object with the member Statement.");
  }
  return attributes;
}
