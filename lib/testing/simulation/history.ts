import { hash32 } from "./random.ts";

/** One thing that happened in a run. */
export interface HistoryEntry extends About {
  /** Milliseconds since the start of the run. */
  readonly at: number;
  /** Who did it: `publisher`, `billing/2`. */
  readonly actor: string;
  readonly text: string;
}

/** The event and the subscriber that an entry is about. */
export interface About {
  readonly event?: string | undefined;
  readonly subscriber?: string | undefined;
}

/** All that happened in one run, in order. */
export class History {
  readonly #entries: HistoryEntry[] = [];
  readonly #start: number;
  readonly #now: () => number;
  #high = 0x811c9dc5;
  #low = 0x9e3779b9;

  constructor(now: () => number) {
    this.#now = now;
    this.#start = now();
  }

  get entries(): readonly HistoryEntry[] {
    return this.#entries;
  }

  /** Equal for two runs in which the same actors did the same things at the same times. */
  get fingerprint(): number {
    return this.#high * 2 ** 21 + (this.#low >>> 11);
  }

  add(actor: string, text: string, about: About = {}): void {
    const { event, subscriber } = about;
    const at = this.#now() - this.#start;
    this.#entries.push({ at, actor, text, event, subscriber });
    this.#high = hash32(text, hash32(actor, this.#high ^ hash32(`${at}/${event ?? ""}`)));
    this.#low = hash32(actor, hash32(text, this.#low ^ at));
  }
}

/** Entries as text, one per line: time in seconds, actor, event, what happened. */
export function renderHistory(entries: readonly HistoryEntry[]): string {
  const actors = Math.max(8, ...entries.map((entry) => entry.actor.length));
  const events = Math.max(5, ...entries.map((entry) => entry.event?.length ?? 0));
  return entries
    .map(
      ({ at, actor, event, text }) =>
        `${(at / 1_000).toFixed(3).padStart(10)}s  ${actor.padEnd(actors)}  ${(event ?? "").padEnd(events)}  ${text}`,
    )
    .join("\n");
}

/** The entries about one event, at one subscriber if one is given, and those that are about no event in particular. */
export function storyOf(entries: readonly HistoryEntry[], about: About): readonly HistoryEntry[] {
  return entries.filter(
    (entry) =>
      (about.event === undefined || entry.event === undefined || entry.event === about.event) &&
      (about.subscriber === undefined || entry.subscriber === undefined || entry.subscriber === about.subscriber),
  );
}
