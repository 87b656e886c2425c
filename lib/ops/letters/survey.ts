import type { Cloud } from "../cloud/index.ts";
import { countsOf, type DeadLetterTarget } from "../fleet/index.ts";
import { failedAt, MOVED_BY_SQS, matches, UNDELIVERED } from "./letter.ts";
import { type ReadOptions, readLetters } from "./read.ts";
import type { Letter, LetterFilter, LetterGroup, Survey } from "./types.ts";

/** Message ids that a group shows. */
const SAMPLES = 5;

/**
 * Reads a dead-letter queue and groups its letters by cause. Bodies are not kept. Everything is given back.
 *
 * @param filter which letters count. @default all
 */
export async function surveyLetters(
  cloud: Cloud,
  target: DeadLetterTarget,
  { filter = {}, onProgress, ...options }: ReadOptions & SurveyOptions = {},
): Promise<Survey> {
  const { visible, inFlight, delayed } = await countsOf(cloud, target.queue);
  const expected = visible + inFlight + delayed;
  const groups = new Map<string, Tally>();
  let seen = 0;
  let oldest = Number.POSITIVE_INFINITY;
  for await (const letters of readLetters(cloud, target, { expected, leaseSeconds: leaseFor(expected), ...options })) {
    seen += letters.length;
    for (const letter of letters.filter((each) => matches(each, filter))) {
      oldest = Math.min(oldest, letter.sentAt);
      groups.set(letter.fingerprint, tallied(groups.get(letter.fingerprint), letter));
    }
    onProgress?.(seen);
  }
  const approximate = Math.max(expected, seen);
  return {
    groups: [...groups.values()].sort((a, b) => b.count - a.count),
    oldestSentAt: Number.isFinite(oldest) ? oldest : undefined,
    seen,
    approximate,
    complete: seen >= approximate,
    headsOnly: target.queue.fifo && seen < approximate,
  };
}

/** What a survey takes besides how the queue is read. */
export interface SurveyOptions {
  readonly filter?: LetterFilter | undefined;
  readonly onProgress?: ((seen: number) => void) | undefined;
}

/** Seconds that reading so many letters takes at 200 a second, and a margin: a letter whose answer was lost is hidden no longer. */
function leaseFor(letters: number): number {
  return Math.min(300, 30 + Math.ceil(letters / 200));
}

type Tally = LetterGroup;

function tallied(before: Tally | undefined, letter: Letter): Tally {
  const at = failedAt(letter);
  const newest = before === undefined || at >= before.lastAt;
  const type = letter.event?.type ?? "?";
  const { failure, fingerprint } = letter;
  return {
    fingerprint,
    kind: fingerprint === UNDELIVERED ? "undelivered" : fingerprint === MOVED_BY_SQS ? "moved by SQS" : "failure",
    consumer: failure?.consumer ?? before?.consumer,
    error: failure?.error ?? (fingerprint === UNDELIVERED ? "SNS could not deliver" : "too many receives"),
    message: newest ? (failure?.message ?? "") : (before?.message ?? ""),
    frame: failure?.frame ?? before?.frame,
    count: (before?.count ?? 0) + 1,
    firstAt: Math.min(before?.firstAt ?? at, at),
    lastAt: Math.max(before?.lastAt ?? at, at),
    types: { ...before?.types, [type]: (before?.types[type] ?? 0) + 1 },
    samples:
      before !== undefined && before.samples.length >= SAMPLES
        ? before.samples
        : [...(before?.samples ?? []), letter.messageId],
    returned: (before?.returned ?? 0) + (letter.redrives > 0 ? 1 : 0),
  };
}
