import { setTimeout as delay } from "node:timers/promises";
import type { Cloud } from "../cloud/index.ts";
import { countsOf, type DeadLetterTarget, type FleetQueue } from "../fleet/index.ts";
import { identityOf, type Letter, readLetters } from "../letters/index.ts";
import type { Comebacks, MovedLetter } from "../move/index.ts";
import { claimKeyOf, claimsOf } from "./claims.ts";

/** Pause between two looks in milliseconds: short at first, doubled up to the longest. */
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;

/** A dead-letter queue of so many letters is read at each look; a larger one when its count rises, and at the end. */
const READ_EACH_TIME = 1_000;

/** What is known of letters that were moved. */
export interface Watch {
  readonly processed: number;
  readonly back: readonly Letter[];
  /** Letters that came back and could not be seen: on FIFO, those behind others of their group. By the count of the queue. */
  readonly hidden: number;
  /** Letters of which nothing is known: neither done, nor back. */
  readonly open: number;
  /** Open letters whose record says that they are under way, or were tried. */
  readonly tried: number;
  /** Whether the subscriber's queue has been empty for a while. */
  readonly drained: boolean;
}

/** What {@link watchLetters} watches. */
export interface Watched {
  readonly from: DeadLetterTarget;
  readonly letters: readonly MovedLetter[];
  readonly comebacks: Comebacks;
  /** Letters that the dead-letter queue holds if none comes back. */
  readonly remaining: number;
  /** Letters that may come back before the watch is over. */
  readonly mayComeBack: number;
  readonly settleSeconds: number;
  readonly quietSeconds: number;
  readonly signal: AbortSignal | undefined;
}

/** Polls until every dead letter is processed or dead-lettered again, the queue has drained, or the time is over. Yields the state at each poll. */
export async function* watchLetters(cloud: Cloud, watched: Watched): AsyncGenerator<Watch> {
  const { from, letters, mayComeBack, remaining, signal } = watched;
  const { subscriber, queue } = from;
  const keys = new Map(letters.map((letter) => [letter.identity, claimKeyOf(subscriber, letter)]));
  const back = new Map<string, Letter>();
  const ends = performance.now() + 1_000 * watched.settleSeconds;
  let processed = 0;
  let emptySince: number | undefined;
  let lastCount = Number.POSITIVE_INFINITY;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
    const waiting = await depthOf(cloud, subscriber.queue);
    emptySince = waiting > 0 ? undefined : (emptySince ?? performance.now());
    const drained = emptySince !== undefined && performance.now() - emptySince >= 1_000 * watched.quietSeconds;
    const isLast = drained || performance.now() >= ends || signal?.aborted === true;
    const done = await doneOf(cloud, subscriber.table, keys);
    for (const identity of done.identities) {
      keys.delete(identity);
      processed += 1;
    }
    const count = await depthOf(cloud, queue);
    if (keys.size > 0 && (isLast || count <= READ_EACH_TIME || count > lastCount)) {
      for (const letter of await comebacksIn(cloud, watched, keys, count)) {
        back.set(letter.identity, letter.letter);
        keys.delete(letter.identity);
      }
    }
    lastCount = count;
    const hidden = queue.fifo ? Math.min(keys.size, Math.max(0, count - remaining - back.size)) : 0;
    yield { processed, back: [...back.values()], hidden, open: keys.size - hidden, tried: done.tried, drained };
    if (isLast || keys.size === 0 || back.size > mayComeBack) {
      return;
    }
    await delay(pause, undefined, { signal }).catch(() => undefined);
  }
}

/** Identities whose events are done, and how many of the others have a record. */
async function doneOf(
  cloud: Cloud,
  table: string | undefined,
  open: ReadonlyMap<string, string | undefined>,
): Promise<{ readonly identities: readonly string[]; readonly tried: number }> {
  const wanted = [...open].filter(([, key]) => key !== undefined);
  if (table === undefined || wanted.length === 0) {
    return { identities: [], tried: 0 };
  }
  const claims = await claimsOf(
    cloud,
    table,
    wanted.flatMap(([, key]) => key ?? []),
  );
  const identities = wanted.filter(([, key]) => claims.get(key ?? "")?.state === "done").map(([identity]) => identity);
  return { identities, tried: claims.size - identities.length };
}

async function comebacksIn(
  cloud: Cloud,
  { from, comebacks, signal }: Watched,
  open: ReadonlyMap<string, unknown>,
  expected: number,
): Promise<readonly { readonly identity: string; readonly letter: Letter }[]> {
  const found: { identity: string; letter: Letter }[] = [];
  for await (const letters of readLetters(cloud, from, { expected, signal })) {
    for (const letter of letters) {
      const identity = identityOf(letter);
      if (open.has(identity) && comebacks.has(letter)) {
        found.push({ identity, letter });
      }
    }
  }
  return found;
}

async function depthOf(cloud: Cloud, queue: FleetQueue): Promise<number> {
  const { visible, inFlight, delayed } = await countsOf(cloud, queue);
  return visible + inFlight + delayed;
}
