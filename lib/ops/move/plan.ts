import type { Cloud } from "../cloud/index.ts";
import { type DeadLetterTarget, queueTime } from "../fleet/index.ts";
import { type LetterFilter, type ReadOptions, surveyLetters } from "../letters/index.ts";
import type { MovePlan } from "./types.ts";

/** Letters per second that are assumed where nothing limits them. */
const USUAL_RATE = 100;

/** What a plan takes besides how the queue is read. */
export interface PlanOptions {
  readonly rate?: number | undefined;
  readonly onProgress?: ((seen: number) => void) | undefined;
}

/** Share by which an expected count may be off: the counts of SQS are approximate. */
const TOLERANCE = 0.05;

/** Whether a write would change about as many letters as whoever asks for it expects. */
export function isAsExpected(count: number, expected: number): boolean {
  return Math.abs(count - expected) <= Math.max(count, expected) * TOLERANCE;
}

/** Says what a redrive would do. Nothing is moved. */
export async function planMove(
  cloud: Cloud,
  from: DeadLetterTarget,
  filter: LetterFilter,
  { rate, ...options }: ReadOptions & PlanOptions = {},
): Promise<MovePlan> {
  const { groups, seen, approximate, complete, oldestSentAt } = await surveyLetters(cloud, from, {
    ...options,
    filter,
  });
  const matching = groups.reduce((sum, { count }) => sum + count, 0);
  const estimated = complete || seen === 0 ? matching : Math.round((matching / seen) * approximate);
  const now = (await queueTime(cloud, from.queue)) ?? Date.now();
  const left = from.queue.retentionSeconds - (now - (oldestSentAt ?? now)) / 1_000;
  return {
    from,
    to: from.subscriber.queue,
    filter,
    matching,
    estimated,
    groups,
    seen,
    approximate,
    complete,
    rate,
    seconds: Math.ceil(estimated / (rate ?? USUAL_RATE)),
    retentionLeftSeconds: oldestSentAt === undefined ? undefined : Math.max(0, Math.floor(left)),
  };
}
