import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import pc from "picocolors";
import type { AnyContract } from "../../contract/index.ts";
import {
  archivePlace,
  type Correction,
  correctionNote,
  correctionOf,
  type DeadLetterTarget,
  editableText,
  resendCorrected,
} from "../../ops/index.ts";
import { CliError, EXIT } from "../cli-error.ts";
import { checkEvent, contractsInFile, contractsOf } from "../contracts/index.ts";
import { findSession } from "../session/index.ts";
import { confirmWrite } from "./confirm.ts";
import { connectTo } from "./connect.ts";
import { findLetter, type ReadOptions } from "./dlq-read.ts";
import { homeOf, noteWrite } from "./journal.ts";
import { deadLettersNamed } from "./named.ts";
import type { Surroundings, WriteOptions } from "./surroundings.ts";

/** Options of `fanfare dlq edit`. */
export interface EditOptions extends ReadOptions, WriteOptions {
  /** The corrected envelope, in place of an editor. */
  readonly bodyFile?: string | undefined;
  /** Module that exports the contract. */
  readonly contract?: string | undefined;
  readonly dryRun?: boolean | undefined;
}

/**
 * Has a letter corrected, and sends the corrected event with a new id. The original is archived first, and deleted when the copy was
 * taken. The event is validated by the contract that `--contract` names, else by the consumer's own in `fanfare dev`, else as an envelope
 * only.
 */
export async function editLetter(
  name: string,
  id: string,
  options: EditOptions,
  surroundings: Surroundings,
): Promise<void> {
  const { terminal, directory } = surroundings;
  const connection = connectTo(options, surroundings);
  const target = await deadLettersNamed(connection, name, options);
  const letter = await findLetter(connection.cloud, target, id, surroundings);
  const before = editableText(letter, target.subscriber);
  const after = await editedText(before, options, surroundings);
  const correction = correctionOf(letter, after, target.subscriber);
  const contracts = await contractsFor(target, options, directory);
  if (contracts.length > 0) {
    await checkEvent(correction.envelope, contracts);
  } else {
    terminal.err(pc.yellow("the data was not validated: name the contract with --contract FILE"));
  }
  const { queue: to } = target.subscriber;
  const shown = {
    id: correction.id,
    causationId: correction.envelope.causationid,
    from: target.queue.name,
    to: to.name,
  };
  if (options.dryRun === true) {
    terminal.out(options.json === true ? JSON.stringify(shown) : `would send ${textOf(shown)}`);
    return;
  }
  const what = `send the corrected ${correction.envelope.type} to ${to.name}, and archive the original`;
  terminal.err(`${what}: ${textOf(shown)}`);
  await confirmWrite({ name: target.queue.name, count: 1, what }, options, surroundings);
  const stamp = new Date().toISOString().replaceAll(/[:.]/g, "-");
  const archive = join(homeOf(surroundings), "archive", `${stamp}-${target.queue.name}.ndjson`);
  noteWrite(surroundings, { where: connection.title, ...correctionNote(target, letter, correction, archive) });
  await resendCorrected(connection.cloud, target, letter, correction, archivePlace(connection.cloud, archive));
  terminal.out(
    options.json === true
      ? JSON.stringify({ ...shown, archive })
      : `${pc.green("sent")} ${textOf(shown)}; fanfare dlq restore ${target.queue.name} ${archive} brings the original back`,
  );
}

/** What was edited: from the file, or from the editor. @throws CliError where there is neither, or nothing was changed */
async function editedText(
  before: string,
  { bodyFile }: EditOptions,
  { directory, edit }: Surroundings,
): Promise<string> {
  if (bodyFile !== undefined) {
    try {
      return readFileSync(resolve(directory, bodyFile), "utf8");
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new CliError(`the file of --body-file cannot be read: ${why}`, { exitCode: EXIT.usage, cause });
    }
  }
  if (edit === undefined) {
    throw new CliError("set EDITOR, or give the corrected envelope with --body-file", { exitCode: EXIT.usage });
  }
  const after = await edit(before);
  if (after.trim() === before.trim()) {
    throw new CliError("nothing was edited, and nothing was sent: fanfare dlq redrive sends a dead letter as it is", {
      exitCode: EXIT.usage,
    });
  }
  return after;
}

async function contractsFor(
  { subscriber }: DeadLetterTarget,
  options: EditOptions,
  directory: string,
): Promise<readonly AnyContract[]> {
  if (options.contract !== undefined) {
    return await contractsInFile(options.contract, directory);
  }
  const isElsewhere = [options.profile, options.region, options.endpointUrl].some((each) => each !== undefined);
  const session = isElsewhere ? undefined : findSession(directory);
  const queue = session?.targets.find(({ names }) => names.includes(subscriber.queue.name));
  return session === undefined || queue === undefined ? [] : await contractsOf(session, queue);
}

function textOf({
  id,
  causationId,
  to,
}: {
  id: string;
  causationId: Correction["envelope"]["causationid"];
  to: string;
}) {
  return `event ${id}, caused by ${causationId}, to ${to}`;
}
