import { resolve } from "node:path";
import { type LocalRuntime, PortUnavailable, startLocalRuntime } from "../../local/index.ts";
import type { Synthesizer } from "../../local/synthesis/index.ts";
import { TraceJournal } from "../../ops/index.ts";
import { CliError, EXIT } from "../cli-error.ts";
import type { LocalConsole } from "../console/index.ts";
import { removeSession, type Session, sessionOf, writeSession } from "../session/index.ts";
import type { Terminal } from "../terminal.ts";
import { DEFAULT_PORT, type DevOptions } from "./options.ts";
import { Reloader } from "./reloader.ts";
import { JsonReporter, PeopleReporter, type Reporter } from "./report/index.ts";
import { recordInto } from "./trace-facts.ts";
import { serveTraces } from "./trace-server.ts";
import { type SourceWatcher, watchSources } from "./watch.ts";

/** An app whose assembly is being made, or is there. */
export interface Synthesis {
  readonly synthesizer: Synthesizer;
  /** Whether the assembly is that of an earlier run, from the same sources. */
  readonly reused: boolean;
  readonly done: Promise<void>;
}

/** Where the command runs. */
export interface Surroundings {
  readonly directory: string;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
}

/**
 * Waits for the synthesis, if there is one, and runs the assembly until `signal` ends it.
 *
 * @throws the error of the synthesis, or of the first deployment
 */
export async function runAssembly(
  options: DevOptions,
  { directory, terminal, signal, accountId }: Surroundings & { readonly accountId: string },
  synthesis: Synthesis | undefined,
): Promise<void> {
  const assembly = synthesis?.synthesizer.project.output ?? resolve(directory, options.assembly ?? "cdk.out");
  const reporter = options.json ? new JsonReporter(terminal) : new PeopleReporter(terminal, options.verbose);
  if (synthesis !== undefined) {
    const { synthesizer, reused, done } = synthesis;
    reporter.status(reused ? "starting with the last assembly" : `synthesising: ${synthesizer.project.app}`);
    await done;
  }
  const journal = new TraceJournal();
  const traces = await serveTraces(journal);
  const runtime = await startRuntime(options, { directory, assembly, accountId, reporter, journal });
  const session = () => ({ ...sessionOf(runtime), traces: traces.url });
  let watcher: SourceWatcher | undefined;
  let page: LocalConsole | undefined;
  try {
    reporter.introduce(runtime.deployment);
    reporter.started(runtime);
    writeSession(directory, session());
    page = options.console
      ? await openConsole(runtime, session(), { directory, port: options.consolePort, reporter })
      : undefined;
    if (options.watch && synthesis !== undefined) {
      const { synthesizer } = synthesis;
      const reloader = new Reloader({
        runtime,
        synthesizer,
        reporter,
        signal,
        verbose: options.verbose,
        onReloaded: () => {
          writeSession(directory, session());
          page?.deploymentChanged(session());
        },
      });
      watcher = watchSources(synthesizer.project, (paths) => reloader.request(paths));
      await watcher.ready;
      reporter.status("watching for changes; Ctrl-C stops");
      if (synthesis.reused) {
        reloader.synthesize();
      } else {
        synthesizer.prepare();
      }
    } else {
      reporter.status("running; Ctrl-C stops");
    }
    await aborted(signal);
    reporter.status("stopping");
  } finally {
    removeSession(directory);
    synthesis?.synthesizer.close();
    await page?.close();
    await watcher?.close();
    await traces.close();
    await runtime.close();
  }
}

async function startRuntime(
  options: DevOptions,
  parts: { directory: string; assembly: string; accountId: string; reporter: Reporter; journal: TraceJournal },
): Promise<LocalRuntime> {
  const { directory, assembly, accountId, reporter, journal } = parts;
  const record = recordInto(journal);
  const start = (port: number): Promise<LocalRuntime> =>
    startLocalRuntime({
      assembly,
      port,
      endpoint: options.endpoint,
      dynamoDbEndpoint: options.dynamodbEndpoint,
      dataDirectory: options.data === undefined ? undefined : resolve(directory, options.data),
      repair: options.repair,
      clientEndpoint: options.clientEndpoint,
      region: options.region,
      accountId,
      stacks: options.stack,
      parameters: options.parameters,
      projectDirectory: directory,
      onLog: (entry) => reporter.log(entry),
      onOutcome: (entry) => {
        record.onOutcome(entry);
        reporter.outcome(entry);
      },
      onPublished: record.onPublished,
      onEvent: (event) => {
        record.onEvent(event);
        reporter.event(event);
      },
    });
  try {
    return await start(options.port ?? DEFAULT_PORT);
  } catch (error) {
    if (!(error instanceof PortUnavailable)) {
      throw error;
    }
    if (options.port !== undefined) {
      throw new CliError(
        `port ${options.port} is in use: pass another one with --port, --port 0 for any free one, or stop the process that uses it`,
        { exitCode: EXIT.failed, cause: error },
      );
    }
    reporter.warning(`port ${DEFAULT_PORT} is in use: using a free one (--port chooses another)`);
    return start(0);
  }
}

/** Serves the console, which may write: what runs here is nobody's production. */
async function openConsole(
  runtime: LocalRuntime,
  session: Session,
  { directory, port, reporter }: { directory: string; port: number | undefined; reporter: Reporter },
): Promise<LocalConsole> {
  // Loaded here: the commands that have no console do not wait for it.
  const { openLocalConsole } = await import("../console/index.ts");
  const page = await openLocalConsole(session, {
    directory,
    write: true,
    port,
    processed: () => new Map(runtime.stats.map(({ sourceArn, succeeded }) => [sourceArn, succeeded])),
    onOpened: (next) => reporter.status(`console opened; for another browser: ${next}`),
  });
  reporter.status(`console: ${page.link}`);
  return page;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    if (signal.aborted) {
      done();
    } else {
      signal.addEventListener("abort", () => done(), { once: true });
    }
  });
}
