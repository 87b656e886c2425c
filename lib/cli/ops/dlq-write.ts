import { join, resolve } from "node:path";
import pc from "picocolors";
import { archiveLetters, archivePlace, findDeadLetters, readArchive, restoreLetters } from "../../ops/index.ts";
import { confirmWrite } from "./confirm.ts";
import { connectTo } from "./connect.ts";
import { type ChangeOptions, planned, planOf, planText } from "./dlq-plan.ts";
import { filterOf } from "./filter.ts";
import { homeOf, noteWrite } from "./journal.ts";
import { Progress } from "./progress.ts";
import type { Surroundings } from "./surroundings.ts";
import { numberText } from "./text.ts";

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
  const place = archivePlace(connection.cloud, to);
  for await (const archived of archiveLetters(connection.cloud, from, filter, place, options.limit)) {
    count = archived;
    progress.tell(count);
  }
  terminal.out(
    options.json === true
      ? JSON.stringify({ count, to })
      : `${pc.green(verb === "purge" ? "purged" : "archived")} ${numberText(count)} letters; fanfare dlq restore ${from.queue.name} ${to} brings them back`,
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
  const filter = filterOf(options, { required: false });
  const connection = connectTo(options, surroundings);
  const kind = options.undelivered === true ? "delivery" : "processing";
  const target = findDeadLetters(await connection.fleet(), name, kind);
  const place = archivePlace(connection.cloud, from.startsWith("s3://") ? from : resolve(surroundings.directory, from));
  let count = 0;
  for await (const letters of readArchive(target, place, { filter, limit })) {
    count += letters.length;
  }
  const { queue } = target;
  const what = `restore ${numberText(count)} letters`;
  await confirmWrite({ queue: queue.name, count, what }, options, surroundings);
  noteWrite(surroundings, { what: "restore", where: connection.title, queue: queue.arn, filter, count, from });
  const progress = new Progress(surroundings, "restored", count);
  for await (const restored of restoreLetters(connection.cloud, target, place, { filter, limit })) {
    progress.tell(restored);
  }
  surroundings.terminal.out(
    options.json === true
      ? JSON.stringify({ count })
      : `${pc.green("restored")} ${numberText(count)} letters to ${queue.name}`,
  );
}
