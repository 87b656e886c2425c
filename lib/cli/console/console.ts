import { join } from "node:path";
import { createBackend, type RunningConsole, startConsole } from "../../console/index.ts";
import { CliError, EXIT } from "../cli-error.ts";
import { connectTo } from "../ops/connect.ts";
import { noteWrite } from "../ops/journal.ts";
import type { PlaceOptions } from "../ops/surroundings.ts";
import type { Terminal } from "../terminal.ts";
import { ContractHost } from "./contract-host.ts";
import { JOURNALS, openLocalConsole } from "./open-console.ts";

/** Milliseconds between two samples: each is some calls per queue, which AWS charges for. */
const AWS_INTERVAL_MS = 15_000;

/** Options of `fanfare console`, as the command line passes them. */
export interface ConsoleCommandOptions extends PlaceOptions {
  readonly write: boolean;
  readonly port?: number | undefined;
  /** Module that exports the contracts. @default those of the running `fanfare dev`; elsewhere none is known */
  readonly contract?: string | undefined;
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
  const { write, port, region, stack, contract } = options;
  const onOpened = (next: string) => terminal.out(`opened; for another browser: ${next}`);
  const { cloud, title, session } = connectTo(options, { directory });
  const contracts = contract === undefined ? undefined : new ContractHost(directory, contract);
  // A missing file is reported at once, not when a dead letter is opened.
  await contracts?.contracts().catch((cause: unknown) => {
    contracts.close();
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new CliError(message, { exitCode: EXIT.usage, cause });
  });
  const running: RunningConsole =
    session === undefined
      ? await startConsole({
          backend: createBackend({
            cloud,
            title,
            stacks: stack,
            place: region ?? process.env.AWS_REGION ?? "the Region of the configuration",
            local: false,
            contracts,
            journals: join(directory, JOURNALS),
            note: (what) => noteWrite({}, what),
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
  contracts?.close();
}
