import { FanfareError } from "../../errors/index.ts";
import { type Cloud, countsOf, type DeadLetterTarget, failedAt, type Letter, readLetters } from "../../ops/index.ts";

/** Letters that one reading looks at: more would take minutes, and causes show in fewer. */
export const MAX_LETTERS = 5_000;

/** Characters of bodies that are kept. Beyond it a letter is read again when its body is to be seen. */
const MAX_BODY_CHARACTERS = 16 * 1_048_576;

/** What was seen of a dead-letter queue at one time. */
export interface Reading {
  readonly letters: ReadonlyMap<string, Letter>;
  /** What SQS counted, approximately. */
  readonly about: number;
}

/** Reads dead-letter queues, with leases that are given back, and keeps the last reading of each. */
export class LetterCache {
  readonly #cloud: Cloud;
  readonly #readings = new Map<string, Reading>();

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
  }

  /** Reads a queue anew. */
  async read(target: DeadLetterTarget): Promise<Reading> {
    const { visible, inFlight, delayed } = await countsOf(this.#cloud, target.queue);
    const expected = visible + inFlight + delayed;
    const letters = new Map<string, Letter>();
    let kept = 0;
    for await (const some of readLetters(this.#cloud, target, { limit: MAX_LETTERS, expected })) {
      for (const letter of some) {
        kept += letter.body.length;
        letters.set(letter.messageId, kept > MAX_BODY_CHARACTERS ? { ...letter, body: "" } : letter);
      }
    }
    const reading = { letters, about: Math.max(letters.size, expected) };
    this.#readings.set(target.queue.arn, reading);
    return reading;
  }

  /** The last reading, or the first one. */
  async last(target: DeadLetterTarget): Promise<Reading> {
    return this.#readings.get(target.queue.arn) ?? (await this.read(target));
  }

  /** Forgets a letter that is not in the queue any more. */
  remove({ queue }: DeadLetterTarget, id: string): void {
    const reading = this.#readings.get(queue.arn);
    if (reading?.letters.has(id) === true) {
      const letters = new Map(reading.letters);
      letters.delete(id);
      this.#readings.set(queue.arn, { letters, about: Math.max(letters.size, reading.about - 1) });
    }
  }

  /** One letter with its body. Undefined for one that is not in the queue any more. */
  async find(target: DeadLetterTarget, id: string): Promise<Letter | undefined> {
    const known = (await this.last(target)).letters.get(id);
    if (known !== undefined && known.body !== "") {
      return known;
    }
    for await (const some of readLetters(this.#cloud, target)) {
      const found = some.find(({ messageId }) => messageId === id);
      if (found !== undefined) {
        return found;
      }
    }
    return undefined;
  }
}

/** One letter with its body. @throws FanfareError `ConfigurationInvalid` for one that is not in the queue any more */
export async function letterIn(cache: LetterCache, target: DeadLetterTarget, id: string): Promise<Letter> {
  const letter = await cache.find(target, id);
  if (letter === undefined) {
    throw new FanfareError("ConfigurationInvalid", `the message ${id} is not in the queue any more`, {
      field: "id",
      remedy: "open the groups again: it was redriven or has expired",
    });
  }
  return letter;
}

/** Newest first. */
export function byTime(a: Letter, b: Letter): number {
  return failedAt(b) - failedAt(a);
}
