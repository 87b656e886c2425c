import { join } from "node:path";
import pc from "picocolors";
import { archiveLetters, archivePlace, readArchive, restoreLetters } from "../../ops/index.ts";
import { confirmNothing, confirmWrite } from "./confirm.ts";
import { connectTo } from "./connect.ts";
import { type ChangeOptions, planned, planOf, planText } from "./dlq-plan.ts";
import { archiveTarget } from "./file-target.ts";
import { filterOf } from "./filter.ts";
import { homeOf, noteWrite } from "./journal.ts";
import { deadLettersNamed } from "./named.ts";
import { Progress, waitingFor } from "./progress.ts";
import type { Surroundings } from "./surroundings.ts";
import { lettersText, numberText } from "./text.ts";

/** Stores letters in a file or in S3, and deletes them. */
export async function archive(name: string, options: ChangeOptions, surroundings: Surroundings): Promise<void> {
  await storeAndDelete("archive", name, options, surroundings);
}

/** Deletes letters, after they have been stored: nothing is deleted that is nowhere else. */
export async function purge(name: string, options: ChangeOptions, surroundings: Surroundings): Promise<void> {
  await storeAndDelete("purge", name, options, surroundings);
}

const DONE = { archive: "archived", purge: "purged" } as const;

async function storeAndDelete(
  verb: "archive" | "purge",
  name: string,
  options: ChangeOptions,
  surroundings: Surroundings,
): Promise<void> {
  const { terminal, directory, signal } = surroundings;
  const given = options.to === undefined ? undefined : archiveTarget(options.to, directory);
  const { connection, plan } = await planned(name, options, surroundings);
  const { from, filter, estimated } = plan;
  if (options.dryRun === true) {
    terminal.out(options.json === true ? JSON.stringify(planOf(plan)) : planText(plan, verb, terminal.columns));
    return;
  }
  terminal.err(planText(plan, verb, terminal.columns));
  if (estimated === 0) {
    confirmNothing(options);
    terminal.out(options.json === true ? JSON.stringify({ count: 0 }) : `${DONE[verb]} 0 dead letters`);
    return;
  }
  const file = `${new Date().toISOString().replaceAll(/[:.]/g, "-")}-${from.queue.name}.ndjson`;
  const to = given ?? join(homeOf(surroundings), "archive", file);
  const what = `${verb} ${lettersText(estimated)} (stored in ${to})`;
  await confirmWrite({ name: from.queue.name, count: estimated, what }, options, surroundings);
  noteWrite(surroundings, { what: verb, where: connection.title, queue: from.queue.arn, filter, count: estimated, to });
  const progress = new Progress(surroundings, "stored", estimated);
  let count = 0;
  const place = archivePlace(connection.cloud, to);
  for await (const archived of archiveLetters(connection.cloud, from, filter, place, {
    limit: options.limit,
    signal,
  })) {
    count = archived;
    progress.tell(count);
  }
  terminal.out(
    options.json === true
      ? JSON.stringify({ count, to })
      : `${pc.green(DONE[verb])} ${lettersText(count)}; fanfare dlq restore ${from.queue.name} ${to} brings them back`,
  );
}

/** Puts archived letters back into their dead-letter queue: those that are chosen, or all of the archive. */
export async function restore(
  name: string,
  from: string,
  options: ChangeOptions,
  surroundings: Surroundings,
): Promise<void> {
  const { limit } = options;
  const { terminal, signal, directory } = surroundings;
  const filter = filterOf(options, { required: false });
  const archived = archiveTarget(from, directory);
  const connection = connectTo(options, surroundings);
  const target = await deadLettersNamed(connection, name, options);
  const place = archivePlace(connection.cloud, archived);
  let count = 0;
  let unreadable = 0;
  const onUnreadable = (lines: number) => {
    unreadable += lines;
  };
  await waitingFor(surroundings, `reading ${from}`, async () => {
    for await (const letters of readArchive(target, place, { filter, limit, onUnreadable, signal })) {
      count += letters.length;
    }
  });
  signal.throwIfAborted();
  if (unreadable > 0) {
    const lines = unreadable === 1 ? "1 line" : `${numberText(unreadable)} lines`;
    terminal.err(pc.yellow(`${lines} of ${from} cannot be read as dead letters, and would not be restored`));
  }
  const { queue } = target;
  const what = `restore ${lettersText(count)}`;
  if (options.dryRun === true) {
    terminal.out(
      options.json === true ? JSON.stringify({ count, unreadable, to: queue.name }) : `${what} to ${queue.name}`,
    );
    return;
  }
  terminal.err(`${what} of ${from} to ${queue.name}`);
  if (count === 0) {
    confirmNothing(options);
  } else {
    await confirmWrite({ name: queue.name, count, what }, options, surroundings);
    noteWrite(surroundings, { what: "restore", where: connection.title, queue: queue.arn, filter, count, from });
  }
  const progress = new Progress(surroundings, "restored", count);
  let restored = 0;
  for await (restored of restoreLetters(connection.cloud, target, place, { filter, limit, signal })) {
    progress.tell(restored);
  }
  terminal.out(
    options.json === true
      ? JSON.stringify({ count: restored, unreadable })
      : `${pc.green("restored")} ${lettersText(restored)} to ${queue.name}`,
  );
}
