import { resolve } from "node:path";
import { DEFAULT_REGION, type LocalRuntime, PortUnavailable, startLocalRuntime } from "../../local/index.ts";
import { readCdkProject, SynthesisRecord, synthesize } from "../../local/synthesis/index.ts";
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

/** Account id of stacks that name none. */
const ACCOUNT_ID = "000000000000";

/**
 * Runs the app until `signal` ends it. A changed source is deployed again, as {@link Reloader} says. When that fails, the error is
 * printed and the previous version continues to run.
 *
 * @throws the error of the first synthesis or deployment
 */
export async function dev(
  options: DevOptions,
  surroundings: { directory: string; terminal: Terminal; signal: AbortSignal },
): Promise<void> {
  const { directory, terminal, signal } = surroundings;
  const environment = { CDK_DEFAULT_REGION: options.region ?? DEFAULT_REGION, CDK_DEFAULT_ACCOUNT: ACCOUNT_ID };
  const project = options.assembly === undefined ? readCdkProject(directory, { app: options.app }) : undefined;
  const assembly = project?.output ?? resolve(directory, options.assembly ?? "cdk.out");
  const reporter = options.json ? new JsonReporter(terminal) : new PeopleReporter(terminal, options.verbose);

  const record = project === undefined ? undefined : new SynthesisRecord(project);
  record?.removeRebuilt();
  if (project !== undefined) {
    reporter.status(`synthesising: ${project.app}`);
    await synthesize(project, { environment, record, signal });
  }
  const journal = new TraceJournal();
  const traces = await serveTraces(journal);
  const runtime = await startRuntime(options, { directory, assembly, reporter, journal });
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
    if (options.watch && project !== undefined && record !== undefined) {
      const reloader = new Reloader({
        runtime,
        project,
        record,
        environment,
        reporter,
        signal,
        verbose: options.verbose,
        onReloaded: () => {
          writeSession(project.directory, session());
          page?.deploymentChanged(session());
        },
      });
      watcher = watchSources(project, (paths) => reloader.request(paths));
      await watcher.ready;
      reporter.status("watching for changes; Ctrl-C stops");
    } else {
      reporter.status("running; Ctrl-C stops");
    }
    await aborted(signal);
    reporter.status("stopping");
  } finally {
    removeSession(directory);
    await page?.close();
    await watcher?.close();
    await traces.close();
    await runtime.close();
  }
}

async function startRuntime(
  options: DevOptions,
  parts: { directory: string; assembly: string; reporter: Reporter; journal: TraceJournal },
): Promise<LocalRuntime> {
  const { directory, assembly, reporter, journal } = parts;
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
      accountId: ACCOUNT_ID,
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
