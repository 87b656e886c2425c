/** How an event behaves at a subscriber, try by try; the last one stays. */
export type Behaviour = "ok" | "throw" | "throwAfterEffect" | "retry" | "permanent" | "slow" | "hang" | "deaf";

const BEHAVIOURS: readonly (readonly [Behaviour, number])[] = [
  ["ok", 60],
  ["throw", 10],
  ["throwAfterEffect", 4],
  ["retry", 6],
  ["permanent", 5],
  ["slow", 8],
  ["hang", 3],
  ["deaf", 4],
];

/** What handlers meet in one run. */
export interface Story {
  /** The behaviour of an event at a subscriber: the same for each try of one run. */
  behaviourOf(subscriber: string, eventId: string, attempt: number): Behaviour;
  /** Whether what the handlers of a subscriber depend on is down at a time, in milliseconds since the epoch. */
  isDown(subscriber: string, now: number): boolean;
  /** Tells when the run begins, in milliseconds since the epoch. */
  begin(now: number): void;
}

/** Draws a run's story. */
export function drawStory(random: () => number): Story {
  const salt = random();
  const permanentFailures = random() < 0.3;
  const outage = { from: random() * 20_000, ms: random() < 0.4 ? 2_000 + random() * 50_000 : 0, of: random() };
  const total = BEHAVIOURS.reduce((sum, [, weight]) => sum + weight, 0);
  let startedAt = Number.POSITIVE_INFINITY;
  return {
    begin: (now) => {
      startedAt = now;
    },
    isDown: (subscriber, now) => {
      const since = now - startedAt - outage.from;
      return since >= 0 && since < outage.ms && unit(`${outage.of}${subscriber}`) < 0.6;
    },
    behaviourOf: (subscriber, eventId, attempt) => {
      if (permanentFailures && unit(`${salt}${subscriber}${eventId}`) < 0.2) {
        return "throw";
      }
      // Other things go well in the end.
      if (attempt > 2) {
        return "ok";
      }
      let left = unit(`${salt}${subscriber}${eventId}${attempt}`) * total;
      for (const [behaviour, weight] of BEHAVIOURS) {
        left -= weight;
        if (left < 0) {
          return behaviour;
        }
      }
      return "ok";
    },
  };
}

/** A number in [0, 1) that belongs to a text. */
function unit(text: string): number {
  let hash = 7;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x5bd1e995) >>> 0;
  }
  return ((hash ^ (hash >>> 15)) >>> 0) / 2 ** 32;
}
