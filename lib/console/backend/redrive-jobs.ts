import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describeError } from "../../errors/index.ts";
import {
  archiveLetters,
  archivePlace,
  type CanaryProgress,
  type Cloud,
  canaryRedrive,
  type DeadLetterTarget,
  type LetterFilter,
  type MoveProgress,
  moveLetters,
} from "../../ops/index.ts";
import type { JobView } from "../wire/index.ts";
import type { NoteWrite } from "./note-write.ts";

interface Job {
  view: JobView;
  readonly stopping: AbortController;
}

/** What a job is started with. */
export interface JobRequest extends Pick<JobView, "total" | "command"> {
  readonly target: DeadLetterTarget;
  readonly filter: LetterFilter;
}

/** Redrives and archives of this console: those that run, and those that ran, newest first. */
export class RedriveJobs {
  readonly #cloud: Cloud;
  readonly #journals: string;
  readonly #note: NoteWrite;
  readonly #jobs: Job[] = [];

  constructor(cloud: Cloud, journals: string, note: NoteWrite) {
    this.#cloud = cloud;
    this.#journals = journals;
    this.#note = note;
  }

  get all(): readonly JobView[] {
    return this.#jobs.map(({ view }) => view);
  }

  /** Starts moving letters, and returns the id of the job at once. */
  redrive(request: JobRequest, canary: boolean): string {
    const { target, filter } = request;
    return this.#start(`Redrive ${target.queue.name}`, request, async (job, id) => {
      const { signal } = job.stopping;
      const journal = join(this.#journals, `redrive-${id}.ndjson`);
      const { queue, subscriber } = target;
      this.#note({
        what: "redrive",
        queue: queue.arn,
        to: subscriber.queue.arn,
        filter,
        count: request.total,
        canary,
        journal,
      });
      const move: AsyncGenerator<MoveProgress & Partial<CanaryProgress>> = (canary ? canaryRedrive : moveLetters)(
        this.#cloud,
        target,
        filter,
        { journal, signal },
      );
      let stopped: string | undefined;
      for await (const progress of move) {
        const { moved, rate, steps } = progress;
        stopped = progress.stopped;
        job.view = { ...job.view, done: moved, ratePerSecond: rate, steps, notes: notesOf(progress) };
      }
      return stopped !== undefined || signal.aborted ? "stopped" : "done";
    });
  }

  /** Starts archiving dead letters to a file in the journals' folder. Each is deleted from its queue when it is stored. */
  archive(request: JobRequest): string {
    const { target, filter } = request;
    return this.#start(`Archive ${target.queue.name}`, request, async (job, id) => {
      const file = join(this.#journals, `archive-${id}.ndjson`);
      const place = archivePlace(this.#cloud, file);
      this.#note({ what: "archive", queue: target.queue.arn, filter, count: request.total, to: file });
      const { signal } = job.stopping;
      for await (const done of archiveLetters(this.#cloud, target, filter, place, { signal })) {
        job.view = {
          ...job.view,
          done,
          notes: [`Stored in ${file}: fanfare dlq restore ${target.queue.name} ${file}`],
        };
      }
      return signal.aborted ? "stopped" : "done";
    });
  }

  /** What has been moved stays moved; the rest stays in the dead-letter queue. */
  stop(id: string): void {
    this.#jobs.find(({ view }) => view.id === id)?.stopping.abort();
  }

  #start(
    title: string,
    { total, command }: JobRequest,
    run: (job: Job, id: string) => Promise<"done" | "stopped">,
  ): string {
    mkdirSync(this.#journals, { recursive: true });
    const startedAt = Date.now();
    const id = `${startedAt}-${this.#jobs.length + 1}`;
    const job: Job = {
      view: { id, title, command, state: "running", done: 0, total, startedAt, notes: [] },
      stopping: new AbortController(),
    };
    this.#jobs.unshift(job);
    void run(job, id)
      .then((state) => ({ state }))
      .catch((error: unknown) => ({ state: "failed" as const, error: describeError(error).message }))
      .then((end) => {
        job.view = { ...job.view, ...end, endedAt: Date.now() };
      });
    return id;
  }
}

function notesOf({ returned, failed, problem, stopped }: MoveProgress & Partial<CanaryProgress>): string[] {
  return [
    ...(stopped === undefined ? [] : [`Stopped by itself: ${stopped}.`]),
    ...(stopped === undefined && returned > 0
      ? [`${returned} messages failed again and are back in the dead-letter queue.`]
      : []),
    ...(failed > 0
      ? [`${failed} messages were refused by the queue and stay: ${problem ?? "no reason was given"}.`]
      : []),
  ];
}
