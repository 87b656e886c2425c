import { isAsExpected } from "../../ops/index.ts";
import { CliError, EXIT } from "../cli-error.ts";
import type { Surroundings, WriteOptions } from "./surroundings.ts";

/** A write that has to be confirmed. */
export interface Unconfirmed {
  /** What is written to: the person types its name. */
  readonly name: string;
  /** @default "queue" */
  readonly kind?: "queue" | "topic" | "function";
  readonly count: number;
  readonly what: string;
}

/**
 * Lets a write go on: the person typed the name, or said `--yes --expect-count` with about the count.
 *
 * @throws CliError otherwise, exit code 2
 */
export async function confirmWrite(
  { name, kind = "queue", count, what }: Unconfirmed,
  { yes = false, expectCount }: WriteOptions,
  { ask, signal }: Pick<Surroundings, "ask" | "signal">,
): Promise<void> {
  // Stopped while the plan was made: nothing must begin now.
  signal.throwIfAborted();
  if (yes) {
    if (expectCount === undefined) {
      throw refused(`--yes needs --expect-count: say how many you mean (now ${count})`);
    }
    if (!isAsExpected(count, expectCount)) {
      throw refused(`--expect-count ${expectCount} is off by more than 5 %: it would be ${count}. Nothing was changed`);
    }
    return;
  }
  if (ask === undefined) {
    throw refused(`nobody is here to confirm: add --yes --expect-count ${count} to ${what}`);
  }
  const answer = await ask(`To ${what}, type the ${kind}'s name (${name}): `);
  if (answer.trim() !== name) {
    throw refused("that is not its name. Nothing was changed");
  }
}

/**
 * Where there is nothing to write, nobody is asked; who expected something is told.
 *
 * @throws CliError, exit code 2, for an expected count above 0
 */
export function confirmNothing({ yes = false, expectCount = 0 }: WriteOptions): void {
  if (yes && expectCount > 0) {
    throw refused(`--expect-count ${expectCount} is off by more than 5 %: it would be 0. Nothing was changed`);
  }
}

function refused(message: string): CliError {
  return new CliError(message, { exitCode: EXIT.usage });
}
