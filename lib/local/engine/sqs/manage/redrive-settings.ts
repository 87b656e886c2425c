import { invalidParameter } from "../errors.ts";
import { optionalInteger, page } from "../input.ts";
import { MAXIMUM_LISTED_QUEUES } from "../limits.ts";
import type { SqsHandler } from "../operations.ts";
import {
  allowsSource,
  parseQueueArn,
  parseRedriveAllowPolicy,
  parseRedrivePolicy,
  type QueueAttributes,
  queueUrl,
} from "../queue/index.ts";
import type { SqsState } from "../state.ts";

/**
 * Checks the redrive policies among attributes that are about to be set on the queue `arn`, and normalises
 * them. The dead-letter queue must exist, be another queue of the same type, account and region, and accept
 * this source (API: CreateQueue).
 */
export function normaliseRedrive(
  state: SqsState,
  arn: string,
  fifo: boolean,
  change: QueueAttributes,
): QueueAttributes {
  const next = { ...change };
  if (change.RedrivePolicy) {
    const policy = parseRedrivePolicy(change.RedrivePolicy);
    checkTarget(state, arn, fifo, policy.deadLetterTargetArn, change.RedrivePolicy);
    next.RedrivePolicy = JSON.stringify(policy);
  }
  if (change.RedriveAllowPolicy) {
    next.RedriveAllowPolicy = JSON.stringify(parseRedriveAllowPolicy(change.RedriveAllowPolicy));
  }
  return next;
}

export const listDeadLetterSourceQueues: SqsHandler<"ListDeadLetterSourceQueues"> = (state, context, input) => {
  const queue = state.require(context, input.QueueUrl);
  optionalInteger("MaxResults", input.MaxResults, 1, MAXIMUM_LISTED_QUEUES);
  const { items, nextToken } = page(state.sourcesOf(queue.arn), (source) => source.arn, {
    nextToken: input.NextToken,
    maxResults: input.MaxResults,
    defaultResults: MAXIMUM_LISTED_QUEUES,
  });
  return {
    queueUrls: items.map((source) => queueUrl(state.endpoint(), source.address)),
    ...(nextToken === undefined ? {} : { NextToken: nextToken }),
  };
};

function checkTarget(state: SqsState, arn: string, fifo: boolean, targetArn: string, text: string): void {
  const wrong = (reason: string) => invalidParameter("RedrivePolicy", text, reason);
  const source = parseQueueArn(arn);
  const address = parseQueueArn(targetArn);
  if (address?.region !== source?.region || address?.accountId !== source?.accountId) {
    throw wrong("Dead-letter target must be owned by the same account and be in the same region as the source.");
  }
  const target = state.queues.get(targetArn);
  if (target === undefined) {
    throw wrong("Dead letter target does not exist.");
  }
  if (targetArn === arn) {
    throw wrong("A queue cannot be its own dead-letter queue.");
  }
  if (target.fifo !== fifo) {
    throw wrong(
      `Dead-letter queue must be same type of queue as the source: a ${fifo ? "FIFO" : "standard"} queue needs a ${fifo ? "FIFO" : "standard"} dead-letter queue.`,
    );
  }
  if (!allowsSource(target.redriveAllowPolicy, arn)) {
    throw wrong("The redriveAllowPolicy of the dead-letter queue does not allow this source queue.");
  }
}
