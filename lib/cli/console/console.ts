import { join } from "node:path";
import { createBackend, type RunningConsole, startConsole } from "../../console/index.ts";
import { connect } from "../../ops/index.ts";
import { findSession } from "../session/index.ts";
import type { Terminal } from "../terminal.ts";
import { JOURNALS, openLocalConsole } from "./open-console.ts";

/** Milliseconds between two samples: each is some calls per queue, which AWS charges for. */
const AWS_INTERVAL_MS = 15_000;

/** Options of `fanfare console`, as the command line passes them. */
export interface ConsoleCommandOptions {
  readonly write: boolean;
  readonly port?: number | undefined;
  readonly profile?: string | undefined;
  readonly region?: string | undefined;
  readonly endpoint?: string | undefined;
}

/**
 * Serves the console until `signal` ends it: of the `fanfare dev` that runs in the directory, else, or with a profile, Region or
 * endpoint, of that place.
 */
export async function serveConsole(
  options: ConsoleCommandOptions,
  {
    directory,
    terminal,
    signal,
  }: { readonly directory: string; readonly terminal: Terminal; readonly signal: AbortSignal },
): Promise<void> {
  const { write, port, profile, region, endpoint } = options;
  const onOpened = (next: string) => terminal.out(`opened; for another browser: ${next}`);
  const isElsewhere = profile !== undefined || region !== undefined || endpoint !== undefined;
  const session = isElsewhere ? undefined : findSession(directory);
  const running: RunningConsole =
    session === undefined
      ? await startConsole({
          backend: createBackend({
            cloud: connect({ profile, region, endpoint }),
            title: profile ?? endpoint ?? "AWS",
            place: region ?? process.env.AWS_REGION ?? "the Region of the configuration",
            local: false,
            journals: join(directory, JOURNALS),
          }),
          write,
          port,
          intervalMs: AWS_INTERVAL_MS,
          onOpened,
        })
      : await openLocalConsole(session, { directory, write, port, onOpened });
  terminal.out(`console: ${running.link}`);
  terminal.out(write ? "it may write; Ctrl-C stops" : "it only reads (--write changes that); Ctrl-C stops");
  await new Promise<void>((done) => {
    signal.addEventListener("abort", () => done(), { once: true });
  });
  await running.close();
}
