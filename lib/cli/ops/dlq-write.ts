import { join, resolve } from "node:path";
import pc from "picocolors";
import {
  archiveLetters,
  archivePlace,
  countsOf,
  type DeadLetterTarget,
  findDeadLetters,
  type MovePlan,
  type MoveProgress,
  moveLetters,
  planMove,
  restoreLetters,
} from "../../ops/index.ts";
import { CliError } from "../cli-error.ts";
import { confirmWrite } from "./confirm.ts";
import { type Connection, connectTo } from "./connect.ts";
import { groupsText, type ReadOptions } from "./dlq-read.ts";
import { filterOf } from "./filter.ts";
import { homeOf, noteWrite } from "./journal.ts";
import { Progress } from "./progress.ts";
import type { Surroundings, WriteOptions } from "./surroundings.ts";
import { durationText, numberText } from "./text.ts";

/** Options of `fanfare dlq redrive`, `archive`, `purge` and `restore`. */
export interface ChangeOptions extends ReadOptions, WriteOptions {
  readonly rate?: number | undefined;
  /** The plan only. */
  readonly dryRun?: boolean | undefined;
  /** A journal to continue. */
  readonly resume?: string | undefined;
  /** Where letters are archived: a file, or `s3://bucket/prefix`. */
  readonly to?: string | undefined;
}

/** Moves letters back to their subscriber's queue, after the plan has been confirmed. */
export async function redrive(name: string, options: ChangeOptions, surroundings: Surroundings): Promise<void> {
  const { terminal, signal } = surroundings;
  const { connection, plan } = await planned(name, options, surroundings);
  const { from, to, filter, estimated } = plan;
  if (options.dryRun === true || estimated === 0) {
    terminal.out(options.json === true ? JSON.stringify(planOf(plan)) : planText(plan, "redrive"));
    return;
  }
  terminal.err(planText(plan, "redrive"));
  const what = `redrive ${numberText(estimated)} letters to ${to.name}`;
  await confirmWrite({ queue: from.queue.name, count: estimated, what }, options, surroundings);
  const file = `${new Date().toISOString().replaceAll(/[:.]/g, "-")}-${from.queue.name}.ndjson`;
  const journal = options.resume ?? join(homeOf(surroundings), "moves", file);
  noteWrite(surroundings, {
    what: "redrive",
    where: connection.title,
    queue: from.queue.arn,
    to: to.arn,
    filter,
    count: estimated,
    journal,
  });
  terminal.err(pc.dim(`journal ${journal}: after a crash, continue with --resume ${journal}`));
  const { rate, limit } = options;
  const progress = new Progress(surroundings, "moved", estimated);
  let last: MoveProgress | undefined;
  for await (const each of moveLetters(connection.cloud, from, filter, { rate, limit, journal, signal })) {
    progress.tell(each.moved);
    last = each;
  }
  const { moved = 0, failed = 0, returned = 0, problem } = last ?? {};
  terminal.out(
    options.json === true
      ? JSON.stringify({ moved, failed, returned, problem, journal })
      : `${pc.green("redriven")} ${numberText(moved)} letters to ${to.name}${returned > 0 ? `; ${numberText(returned)} failed since then and stay` : ""}`,
  );
  if (failed > 0) {
    throw new CliError(`${numberText(failed)} letters were refused and stay in ${from.queue.name}: ${problem}`);
  }
}

/** Stores letters in a file or in S3, and deletes them. */
export async function archive(name: string, options: ChangeOptions, surroundings: Surroundings): Promise<void> {
  await storeAndDelete("archive", name, options, surroundings);
}

/** Deletes letters, after they have been stored: nothing is deleted that is nowhere else. */
export async function purge(name: string, options: ChangeOptions, surroundings: Surroundings): Promise<void> {
  await storeAndDelete("purge", name, options, surroundings);
}

async function storeAndDelete(
  verb: "archive" | "purge",
  name: string,
  options: ChangeOptions,
  surroundings: Surroundings,
): Promise<void> {
  const { terminal, directory } = surroundings;
  const { connection, plan } = await planned(name, options, surroundings);
  const { from, filter, estimated } = plan;
  if (options.dryRun === true || estimated === 0) {
    terminal.out(options.json === true ? JSON.stringify(planOf(plan)) : planText(plan, verb));
    return;
  }
  terminal.err(planText(plan, verb));
  const file = `${new Date().toISOString().replaceAll(/[:.]/g, "-")}-${from.queue.name}.ndjson`;
  const given = options.to ?? join(homeOf(surroundings), "archive", file);
  const to = given.startsWith("s3://") ? given : resolve(directory, given);
  const what = `${verb} ${numberText(estimated)} letters (stored in ${to})`;
  await confirmWrite({ queue: from.queue.name, count: estimated, what }, options, surroundings);
  noteWrite(surroundings, { what: verb, where: connection.title, queue: from.queue.arn, filter, count: estimated, to });
  const progress = new Progress(surroundings, "stored", estimated);
  let count = 0;
  for await (const archived of archiveLetters(connection.cloud, from, filter, archivePlace(connection.cloud, to))) {
    count = archived;
    progress.tell(count);
  }
  terminal.out(
    options.json === true
      ? JSON.stringify({ count, to })
      : `${pc.green(verb === "purge" ? "purged" : "archived")} ${numberText(count)} letters; fanfare dlq restore ${from.queue.name} ${to} brings them back`,
  );
}

/** Puts archived letters back into their dead-letter queue. */
export async function restore(
  name: string,
  from: string,
  options: ChangeOptions,
  surroundings: Surroundings,
): Promise<void> {
  const connection = connectTo(options, surroundings);
  const { queue } = targetOf(await connection.fleet(), name, options);
  const place = archivePlace(connection.cloud, from.startsWith("s3://") ? from : resolve(surroundings.directory, from));
  let count = 0;
  for await (const lines of place.read()) {
    count += lines.length;
  }
  const what = `restore ${numberText(count)} letters`;
  await confirmWrite({ queue: queue.name, count, what }, options, surroundings);
  noteWrite(surroundings, { what: "restore", where: connection.title, queue: queue.arn, count, from });
  const progress = new Progress(surroundings, "restored", count);
  for await (const restored of restoreLetters(connection.cloud, queue, place)) {
    progress.tell(restored);
  }
  surroundings.terminal.out(
    options.json === true
      ? JSON.stringify({ count })
      : `${pc.green("restored")} ${numberText(count)} letters to ${queue.name}`,
  );
}

async function planned(
  name: string,
  options: ChangeOptions,
  surroundings: Surroundings,
): Promise<{ readonly connection: Connection; readonly plan: MovePlan }> {
  const filter = filterOf(options, { required: true });
  const connection = connectTo(options, surroundings);
  const target = targetOf(await connection.fleet(), name, options);
  const counts = await countsOf(connection.cloud, target.queue);
  surroundings.terminal.err(
    pc.dim(`${target.queue.name} holds about ${numberText(counts.visible + counts.inFlight)} letters`),
  );
  const { rate } = options;
  const plan = await planMove(connection.cloud, target, filter, { rate, signal: surroundings.signal });
  return { connection, plan: { ...plan, estimated: Math.min(plan.estimated, options.limit ?? plan.estimated) } };
}

function targetOf(fleet: Parameters<typeof findDeadLetters>[0], name: string, options: ReadOptions): DeadLetterTarget {
  return findDeadLetters(fleet, name, options.undelivered === true ? "delivery" : "processing");
}

function planText(plan: MovePlan, verb: string): string {
  const { from, to, estimated, rate, seconds, retentionLeftSeconds } = plan;
  const direction = verb === "redrive" ? ` to ${to.name}` : "";
  return [
    groupsText({ ...plan, headsOnly: from.queue.fifo && !plan.complete }),
    `${verb} ${numberText(estimated)} letters of ${from.queue.name}${direction}`,
    `${rate === undefined ? "as fast as it goes" : `${numberText(rate)}/s`}, about ${durationText(seconds)}; the first expires in ${durationText(retentionLeftSeconds)}`,
  ].join("\n");
}

function planOf({ from, to, ...rest }: MovePlan): object {
  return { ...rest, from: from.queue.name, to: to.name };
}
