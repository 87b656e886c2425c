import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describeError } from "../../errors/index.ts";
import {
  type Cloud,
  type DeadLetterTarget,
  type LetterFilter,
  type MoveProgress,
  moveLetters,
} from "../../ops/index.ts";
import type { JobView } from "../wire/index.ts";

interface Job {
  view: JobView;
  readonly stopping: AbortController;
}

/** Redrives of this console: those that run, and those that ran, newest first. */
export class RedriveJobs {
  readonly #cloud: Cloud;
  readonly #journals: string;
  readonly #jobs: Job[] = [];

  constructor(cloud: Cloud, journals: string) {
    this.#cloud = cloud;
    this.#journals = journals;
  }

  get all(): readonly JobView[] {
    return this.#jobs.map(({ view }) => view);
  }

  /** Starts moving letters, and returns the id of the job at once. */
  start(
    target: DeadLetterTarget,
    filter: LetterFilter,
    { total, command }: Pick<JobView, "total" | "command">,
  ): string {
    mkdirSync(this.#journals, { recursive: true });
    const startedAt = Date.now();
    const id = `${startedAt}-${this.#jobs.length + 1}`;
    const job: Job = {
      view: {
        id,
        title: `Redrive ${target.queue.name}`,
        command,
        state: "running",
        done: 0,
        total,
        startedAt,
        notes: [],
      },
      stopping: new AbortController(),
    };
    this.#jobs.unshift(job);
    void this.#run(job, target, filter);
    return id;
  }

  /** What has been moved stays moved; the rest stays in the dead-letter queue. */
  stop(id: string): void {
    this.#jobs.find(({ view }) => view.id === id)?.stopping.abort();
  }

  async #run(job: Job, target: DeadLetterTarget, filter: LetterFilter): Promise<void> {
    const { signal } = job.stopping;
    try {
      const journal = join(this.#journals, `redrive-${job.view.id}.ndjson`);
      for await (const progress of moveLetters(this.#cloud, target, filter, { journal, signal })) {
        job.view = { ...job.view, done: progress.moved, ratePerSecond: progress.rate, notes: notesOf(progress) };
      }
      job.view = { ...job.view, state: signal.aborted ? "stopped" : "done", endedAt: Date.now() };
    } catch (error) {
      job.view = { ...job.view, state: "failed", error: describeError(error).message, endedAt: Date.now() };
    }
  }
}

function notesOf({ returned, failed, problem }: MoveProgress): string[] {
  return [
    ...(returned > 0 ? [`${returned} messages failed again and are back in the dead-letter queue.`] : []),
    ...(failed > 0
      ? [`${failed} messages were refused by the queue and stay: ${problem ?? "no reason was given"}.`]
      : []),
  ];
}
