import pc from "picocolors";
import { logsSource, type TraceLine, type TraceSource, traceEvent } from "../../ops/index.ts";
import { CliError, EXIT } from "../cli-error.ts";
import { sessionTraces } from "../session/index.ts";
import { type Connection, connectTo } from "./connect.ts";
import { timeGiven } from "./filter.ts";
import { waitingFor } from "./progress.ts";
import type { PlaceOptions, Surroundings } from "./surroundings.ts";

/** Options of `fanfare trace`. */
export interface TraceVerbOptions extends PlaceOptions {
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  /** Log groups besides those of the functions. */
  readonly logGroup?: readonly string[] | undefined;
  readonly deadLetters?: boolean | undefined;
  readonly json?: boolean | undefined;
}

/**
 * Shows what became of an event at each subscriber. Reads only.
 *
 * @param id of the event, or of one of its messages
 * @throws CliError for an empty id, with exit code 2; where nothing is known of the event: says where it was looked for
 */
export async function trace(id: string, options: TraceVerbOptions, surroundings: Surroundings): Promise<void> {
  if (id.trim() === "") {
    // It would be found in every line of the logs.
    throw new CliError("the event id is empty: fanfare send and the consumers' log lines show ids", {
      exitCode: EXIT.usage,
    });
  }
  const { terminal, signal } = surroundings;
  const connection = connectTo(options, surroundings);
  const { cloud, fleet } = connection;
  const source = sourceOf(connection, options);
  const {
    trace: found,
    lines,
    looked,
    notes,
  } = await waitingFor(surroundings, "looking for what became of it", () =>
    traceEvent(id, { cloud, fleet, source, deadLetters: options.deadLetters, signal }),
  );
  if (found === undefined) {
    const more = options.deadLetters === true ? "" : "; --dead-letters looks into the dead-letter queues too";
    const why = notes.length === 0 ? "" : `\n${notes.join("\n")}`;
    throw new CliError(`nothing is known of ${id}. Looked at ${looked.join(", and ")}${more}${why}`);
  }
  if (options.json === true) {
    terminal.out(JSON.stringify({ trace: found, looked, notes }));
    return;
  }
  terminal.out(treeText(lines));
  for (const note of notes) {
    terminal.err(pc.dim(note));
  }
}

/** What a `fanfare dev` recorded needs no logs; elsewhere the logs say it. */
function sourceOf({ session, cloud, fleet }: Connection, options: TraceVerbOptions): TraceSource {
  if (session !== undefined) {
    if (session.traces === undefined) {
      throw new CliError("the `fanfare dev` of this folder records no events: start it again with this version");
    }
    return sessionTraces(session.traces);
  }
  const { since, until, logGroup } = options;
  return logsSource(cloud, fleet, {
    since: since === undefined ? undefined : timeGiven("--since", since),
    until: until === undefined ? undefined : timeGiven("--until", until),
    logGroups: logGroup,
  });
}

/** Lines as a tree, each with its time. */
export function treeText(lines: readonly TraceLine[]): string {
  return lines
    .map(({ depth, title, state, detail, at }, index) => {
      const branch = depth === 0 ? "" : pc.dim(branchOf(lines, index));
      const time = at === undefined ? "" : pc.dim(new Date(at).toISOString().slice(11, 23));
      const name = depth === 0 ? pc.bold(title) : title;
      const stateText = state === undefined ? "" : (COLOURS[state] ?? pc.green)(WORDS[state] ?? state);
      return [`${branch}${name}`, stateText, detail, time].filter((part) => part !== "").join("  ");
    })
    .join("\n");
}

/** `| ` for each level above that goes on below this line, then the line's own branch. */
function branchOf(lines: readonly TraceLine[], index: number): string {
  const { depth } = lines[index] ?? { depth: 0 };
  const goesOn = (level: number) => {
    const next = lines.slice(index + 1).find((line) => line.depth <= level);
    return next?.depth === level;
  };
  const above = Array.from({ length: depth - 1 }, (_, level) => (goesOn(level + 1) ? "│ " : "  ")).join("");
  return `${above}${goesOn(depth) ? "├ " : "└ "}`;
}

const WORDS: Readonly<Record<string, string>> = {
  deadLettered: "dead-lettered",
  withheld: "not for it",
  notPublished: "not published",
};

const COLOURS: Readonly<Record<string, (text: string) => string>> = {
  retry: pc.yellow,
  deadLettered: pc.red,
  undelivered: pc.red,
  notPublished: pc.red,
  withheld: pc.dim,
  ignored: pc.dim,
  duplicate: pc.dim,
  expired: pc.yellow,
};
