import pc from "picocolors";
import { countsOf, type MovePlan, planMove } from "../../ops/index.ts";
import { type Connection, connectTo } from "./connect.ts";
import { groupsText, type ReadOptions } from "./dlq-read.ts";
import { filterOf } from "./filter.ts";
import { deadLettersNamed } from "./named.ts";
import { Progress } from "./progress.ts";
import type { Surroundings, WriteOptions } from "./surroundings.ts";
import { durationText, lettersText, numberText } from "./text.ts";

/** Options of the verbs that change dead-letter queues. */
export interface ChangeOptions extends ReadOptions, WriteOptions {
  readonly rate?: number | undefined;
  /** The plan only. */
  readonly dryRun?: boolean | undefined;
  /** A journal to continue. */
  readonly resume?: string | undefined;
  /** In steps that stop by themselves. @default for more than 100 letters */
  readonly canary?: boolean | undefined;
  /** By SQS itself: all of a queue, without filter, journal and canary. */
  readonly moveTask?: boolean | undefined;
  /** Seconds that a step of a canary is watched at most. */
  readonly settle?: number | undefined;
  /** Where letters are archived: a file, or `s3://bucket/prefix`. */
  readonly to?: string | undefined;
}

/** What a verb would do, after reading the queue. Nothing is changed. */
export async function planned(
  name: string,
  options: ChangeOptions,
  surroundings: Surroundings,
): Promise<{ readonly connection: Connection; readonly plan: MovePlan }> {
  const filter = filterOf(options, { required: true });
  const connection = connectTo(options, surroundings);
  const target = await deadLettersNamed(connection, name, options);
  const counts = await countsOf(connection.cloud, target.queue);
  const about = counts.visible + counts.inFlight;
  surroundings.terminal.err(pc.dim(`${target.queue.name} holds about ${lettersText(about)}`));
  const { rate } = options;
  const { signal } = surroundings;
  const progress = new Progress(surroundings, "seen", about);
  const onProgress = (seen: number) => progress.tell(seen);
  const plan = await planMove(connection.cloud, target, filter, { rate, signal, onProgress });
  // An incomplete plan must not be confirmed.
  signal.throwIfAborted();
  return { connection, plan: { ...plan, estimated: Math.min(plan.estimated, options.limit ?? plan.estimated) } };
}

/** A plan for people. */
export function planText(plan: MovePlan, verb: string, columns: number | undefined): string {
  const { from, to, estimated, rate, seconds, retentionLeftSeconds } = plan;
  const direction = verb === "redrive" ? ` to ${to.name}` : "";
  return [
    groupsText({ ...plan, headsOnly: from.queue.fifo && !plan.complete }, columns),
    ...(estimated === 0
      ? [`nothing to ${verb} in ${from.queue.name}`]
      : [
          `${verb} ${lettersText(estimated)} of ${from.queue.name}${direction}`,
          `${rate === undefined ? "as fast as it goes" : `${numberText(rate)}/s`}, about ${durationText(seconds)}; the first expires in ${durationText(retentionLeftSeconds)}`,
        ]),
  ].join("\n");
}

/** A plan for programs. */
export function planOf({ from, to, ...rest }: MovePlan): object {
  return { ...rest, from: from.queue.name, to: to.name };
}
