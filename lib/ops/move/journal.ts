import { createHash, randomUUID } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { FanfareError } from "../../errors/index.ts";
import { isJsonObject, parseJson } from "../../std/index.ts";
import { appendLines } from "../files/index.ts";

interface Parts {
  readonly file: string | undefined;
  readonly run: string;
  readonly sent: Set<string>;
  readonly moved: number;
  readonly at: number | undefined;
}

/**
 * What a move has done, a line each: `start`, `sent` (the destination has them), `deleted`. A letter that was sent and not deleted is
 * deleted when it is met again, and not sent again. Written at once, so it outlives `kill -9`.
 */
export class MoveJournal {
  readonly #file: string | undefined;
  readonly #run: string;
  readonly #sent: Set<string>;
  /** Letters that earlier runs of this journal have moved. */
  readonly movedBefore: number;

  /** When the move began, by the clock of SQS, in milliseconds since the Unix epoch; `undefined` where that is not known. */
  readonly startedAt: number | undefined;

  private constructor(parts: Parts) {
    this.#file = parts.file;
    this.#run = parts.run;
    this.#sent = parts.sent;
    this.movedBefore = parts.moved;
    this.startedAt = parts.at;
  }

  /**
   * Opens a journal, or continues the one in the file.
   *
   * @param now the time by the clock of SQS, which a new journal begins with
   * @throws FanfareError `ConfigurationInvalid` for a file that belongs to another move
   */
  static open(file: string | undefined, from: string, to: string, now: number | undefined): MoveJournal {
    if (file === undefined || !existsSync(file)) {
      const parts = { file, run: randomUUID(), sent: new Set<string>(), moved: 0, at: now };
      const journal = new MoveJournal(parts);
      journal.#append({ start: parts.run, at: now, from, to });
      return journal;
    }
    let run: string | undefined;
    let moved = 0;
    let at = now;
    const sent = new Set<string>();
    for (const line of readFileSync(file, "utf8").split("\n")) {
      // The last line may be torn.
      const entry = parseJson(line);
      if (!isJsonObject(entry)) {
        continue;
      }
      if (typeof entry.start === "string") {
        at = typeof entry.at === "number" ? entry.at : undefined;
        run = entry.from === from && entry.to === to ? entry.start : undefined;
      }
      for (const id of idsIn(entry.sent)) {
        sent.add(id);
      }
      for (const id of idsIn(entry.deleted)) {
        moved += sent.delete(id) ? 1 : 0;
      }
    }
    if (run === undefined) {
      throw new FanfareError("ConfigurationInvalid", `${file} is not the journal of a move from ${from} to ${to}`, {
        field: "journal",
        remedy: "give the journal of this move, or another file for a new one",
      });
    }
    return new MoveJournal({ file, run, sent, moved, at });
  }

  /** Whether the destination has a letter that is still in the dead-letter queue. */
  wasSent(messageId: string): boolean {
    return this.#sent.has(messageId);
  }

  /** The deduplication id of a letter in this move, the same after a crash: FIFO drops what is sent twice within five minutes. */
  deduplicationId(messageId: string): string {
    return createHash("sha256").update(`${this.#run}:${messageId}`).digest("hex");
  }

  sent(messageIds: readonly string[]): void {
    for (const id of messageIds) {
      this.#sent.add(id);
    }
    this.#append({ sent: messageIds });
  }

  deleted(messageIds: readonly string[]): void {
    for (const id of messageIds) {
      this.#sent.delete(id);
    }
    this.#append({ deleted: messageIds });
  }

  #append(entry: object): void {
    if (this.#file !== undefined) {
      appendLines(this.#file, [JSON.stringify(entry)]);
    }
  }
}

function idsIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((id) => typeof id === "string") : [];
}
