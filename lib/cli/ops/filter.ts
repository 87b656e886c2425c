import { isEmptyFilter, type LetterFilter } from "../../ops/index.ts";
import { CliError, EXIT } from "../cli-error.ts";
import { timeOf } from "./text.ts";

/** Options that choose letters. */
export interface FilterOptions {
  readonly all?: boolean | undefined;
  readonly group?: readonly string[] | undefined;
  readonly event?: readonly string[] | undefined;
  readonly id?: readonly string[] | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
}

/** @throws CliError for an invalid time, and with `required` for an empty filter */
export function filterOf(options: FilterOptions, { required }: { readonly required: boolean }): LetterFilter {
  const filter: LetterFilter = {
    ...(options.all === true ? { all: true } : {}),
    ...(options.group === undefined ? {} : { fingerprints: options.group }),
    ...(options.event === undefined ? {} : { types: options.event }),
    ...(options.id === undefined ? {} : { ids: options.id }),
    ...(options.since === undefined ? {} : { since: timeGiven("--since", options.since) }),
    ...(options.until === undefined ? {} : { until: timeGiven("--until", options.until) }),
  };
  if (required && isEmptyFilter(filter)) {
    throw new CliError("say which dead letters: --group, --event, --id, --since, --until, or --all", {
      exitCode: EXIT.usage,
    });
  }
  return filter;
}

/** @throws CliError for an invalid time */
export function timeGiven(option: string, text: string): number {
  const at = timeOf(text);
  if (at === undefined) {
    throw new CliError(`${option} ${text} is no time: write 2026-11-29T03:00:00Z, or an age such as 2h`, {
      exitCode: EXIT.usage,
    });
  }
  return at;
}
