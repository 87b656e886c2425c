import { type Cloud, mapLimited } from "../cloud/index.ts";
import { countsOf, type DeadLetterTarget } from "../fleet/index.ts";
import { failedAt, type Letter, readLetters, tracedIdOf } from "../letters/index.ts";
import type { LetterFact, TraceFindings } from "./facts.ts";

/** Letters of one queue that are looked at: more would take minutes. */
const MAX_LETTERS = 20_000;

/** Queues that are read at once: each takes leases. */
const AT_ONCE = 4;

/** What a look into dead-letter queues brought. */
interface DeadLetterFindings extends TraceFindings {
  readonly facts: readonly LetterFact[];
}

/** Looks for the dead letters of events. Each queue is read once, with leases that are given back. */
export async function findInDeadLetters(
  cloud: Cloud,
  targets: readonly DeadLetterTarget[],
  ids: ReadonlySet<string>,
  signal?: AbortSignal,
): Promise<DeadLetterFindings> {
  const notes: string[] = [];
  const found = await mapLimited(
    targets,
    async (target): Promise<LetterFact[]> => {
      const { visible, inFlight } = await countsOf(cloud, target.queue);
      if (visible + inFlight === 0) {
        return [];
      }
      const facts: LetterFact[] = [];
      let seen = 0;
      for await (const letters of readLetters(cloud, target, { limit: MAX_LETTERS, expected: visible, signal })) {
        seen += letters.length;
        facts.push(...letters.filter((letter) => isOneOf(letter, ids)).map((letter) => factOf(letter, target)));
      }
      if (seen < visible + inFlight) {
        notes.push(`${seen} of about ${visible + inFlight} dead letters of ${target.queue.name} were seen`);
      }
      return facts;
    },
    AT_ONCE,
  );
  return {
    facts: found.flat(),
    looked: [`the dead-letter queues ${targets.map(({ queue }) => queue.name).join(", ")}`],
    notes,
  };
}

function isOneOf({ event, messageId, failure }: Letter, ids: ReadonlySet<string>): boolean {
  return [messageId, event?.id, failure?.messageId].some((id) => id !== undefined && ids.has(id));
}

function factOf(letter: Letter, { subscriber, queue, kind }: DeadLetterTarget): LetterFact {
  const { event, messageId, failure } = letter;
  return {
    kind: "letter",
    at: failedAt(letter),
    messageId,
    eventId: tracedIdOf(letter),
    event: event?.type.slice(event.type.lastIndexOf(".") + 1),
    queue: subscriber.queue.name,
    deadLetterQueue: queue.name,
    undelivered: kind === "delivery",
    error: failure === undefined ? undefined : { name: failure.error, message: failure.message },
  };
}
