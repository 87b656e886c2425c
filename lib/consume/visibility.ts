import { backoff, type Clock } from "../clock/index.ts";
import { describeError } from "../errors/index.ts";
import { MAX_BATCH_ENTRIES, MAX_VISIBILITY_SECONDS } from "../wire/index.ts";
import type { Fate } from "./fate.ts";
import type { Incoming } from "./incoming.ts";
import type { Invocation } from "./invocation.ts";
import type { Logger } from "./logger.ts";
import type { Reappearance } from "./reappearances.ts";
import type { LoadedSqs } from "./sqs-client.ts";
import { answerBy, within } from "./within.ts";

/** Longest visibility that is asked for: 12 hours count from the receive, and that was a while ago. */
const MAX_SECONDS = MAX_VISIBILITY_SECONDS - 900;

/** Longest time in seconds for which an open circuit hands a record back. */
const MAX_CIRCUIT_SECONDS = 3_600;

/**
 * Seconds until a record comes again: what its handler asked for, else backoff with jitter by its receive count. `undefined`
 * leaves the queue's own visibility timeout.
 */
export function secondsUntilRetry(
  fate: Fate & { kind: "retry" },
  incoming: Incoming,
  settings: { readonly clock: Clock; readonly backoff: { baseSeconds: number; capSeconds: number } | undefined },
): number | undefined {
  const { clock } = settings;
  const wait = fate.notBefore === undefined ? 0 : Math.ceil((fate.notBefore - clock.now()) / 1_000);
  const chosen = fate.afterSeconds ?? usual(fate, wait, incoming, settings);
  if (chosen === undefined && wait <= 0) return undefined;
  return Math.min(MAX_SECONDS, Math.max(0, wait, Math.ceil(chosen ?? 0)));
}

function usual(
  fate: Fate & { kind: "retry" },
  waitSeconds: number,
  incoming: Incoming,
  settings: { readonly clock: Clock; readonly backoff: { baseSeconds: number; capSeconds: number } | undefined },
): number | undefined {
  switch (fate.cause) {
    case "deadline":
      // Nobody has tried it: another worker may at once.
      return 0;
    case "circuit":
      // Longer each time, and spread: an outage must not use up the receives, nor end in a stampede.
      return Math.min(
        MAX_CIRCUIT_SECONDS,
        waitSeconds * 2 ** Math.min(incoming.receiveCount - 1, 20) * (1 + settings.clock.random() / 4),
      );
    case "inProgress":
      return settings.backoff === undefined ? undefined : 1;
    default:
      return settings.backoff === undefined
        ? undefined
        : backoff(settings.clock, incoming.receiveCount, settings.backoff.baseSeconds, settings.backoff.capSeconds);
  }
}

/** How setting visibility reports, and its time. */
export interface VisibilitySettings {
  readonly logger: Logger;
  readonly clock: Clock;
}

/**
 * Sets when records come again, 10 a call. Failing to is no harm: they come again after the queue's visibility timeout.
 */
export async function setVisibility(
  reappearances: readonly Reappearance[],
  urlOf: (queueArn: string) => string | undefined,
  load: () => Promise<LoadedSqs>,
  settings: VisibilitySettings,
  invocation: Invocation,
): Promise<void> {
  const byQueue = Map.groupBy(reappearances, (entry) => entry.incoming.queueArn);
  const calls: Promise<void>[] = [];
  for (const [arn, entries] of byQueue) {
    const url = urlOf(arn);
    if (url === undefined) continue;
    for (let at = 0; at < entries.length; at += MAX_BATCH_ENTRIES) {
      calls.push(setBatch(url, entries.slice(at, at + MAX_BATCH_ENTRIES), load, settings, invocation));
    }
  }
  await Promise.all(calls);
}

async function setBatch(
  url: string,
  entries: readonly Reappearance[],
  load: () => Promise<LoadedSqs>,
  { logger, clock }: VisibilitySettings,
  invocation: Invocation,
): Promise<void> {
  try {
    const { sdk, client } = await load();
    const command = new sdk.ChangeMessageVisibilityBatchCommand({
      QueueUrl: url,
      Entries: entries.map(({ incoming, seconds }, index) => ({
        Id: String(index),
        ReceiptHandle: incoming.record.receiptHandle,
        VisibilityTimeout: seconds,
      })),
    });
    const answer = await within(clock, answerBy(invocation, clock), "setting the backoff", (abortSignal) =>
      client.send(command, { abortSignal }),
    );
    for (const failed of answer.Failed ?? []) {
      logger.warn("backoff not set", {
        messageId: entries[Number(failed.Id)]?.incoming.messageId,
        error: `${failed.Code}: ${failed.Message}`,
      });
    }
  } catch (error) {
    logger.warn("backoff not set", { records: entries.length, error: describeError(error).message });
  }
}

/** The URL of a queue from its ARN. @returns `undefined` for what is not the ARN of a queue */
export function queueUrlOf(arn: string): string | undefined {
  const match = /^arn:(aws[a-z-]*):sqs:([a-z0-9-]+):(\d{12}):([A-Za-z0-9_.-]+)$/.exec(arn);
  if (match === null) return undefined;
  const [, partition, region, account, name] = match;
  const suffix = partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com";
  return `https://sqs.${region}.${suffix}/${account}/${name}`;
}
