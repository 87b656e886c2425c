import { resolve } from "node:path";
import pc from "picocolors";
import { DEFAULT_REGION, type LocalRuntime, PortUnavailable, startLocalRuntime } from "../../local/index.ts";
import { type CdkProject, readCdkProject, synthesize } from "../../local/synthesis/index.ts";
import { CliError, EXIT, explain } from "../cli-error.ts";
import type { Terminal } from "../terminal.ts";
import { Narrator } from "./narrator.ts";
import { DEFAULT_PORT, type DevOptions } from "./options.ts";
import { overview } from "./overview.ts";
import { type SourceWatcher, watchSources } from "./watch.ts";

/** Account id of stacks that name none. */
const ACCOUNT_ID = "000000000000";

/**
 * Runs the app until `signal` ends it. A changed source makes it synthesise and deploy again. When that fails, the error is
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
  const narrator = new Narrator(terminal, options.verbose);

  if (project !== undefined) {
    terminal.out(pc.dim(`synthesising: ${project.app}`));
    await synthesize(project, { environment, signal });
  }
  const runtime = await startRuntime(options, { directory, assembly, narrator, terminal });
  let watcher: SourceWatcher | undefined;
  try {
    narrator.introduce(runtime.deployment);
    terminal.out(overview(runtime));
    if (options.watch && project !== undefined) {
      const reloader = new Reloader({
        runtime,
        project,
        environment,
        narrator,
        terminal,
        signal,
        verbose: options.verbose,
      });
      watcher = watchSources(project, (paths) => reloader.request(paths));
      await watcher.ready;
      terminal.out(pc.dim("watching for changes; Ctrl-C stops"));
    } else {
      terminal.out(pc.dim("running; Ctrl-C stops"));
    }
    await aborted(signal);
    terminal.out(pc.dim("stopping"));
  } finally {
    await watcher?.close();
    await runtime.close();
  }
}

async function startRuntime(
  options: DevOptions,
  parts: { directory: string; assembly: string; narrator: Narrator; terminal: Terminal },
): Promise<LocalRuntime> {
  const { directory, assembly, narrator, terminal } = parts;
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
      onLog: (entry) => narrator.log(entry),
      onEvent: (event) => narrator.event(event),
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
    terminal.err(`${pc.yellow("warning")} port ${DEFAULT_PORT} is in use: using a free one (--port chooses another)`);
    return start(0);
  }
}

interface ReloaderParts {
  readonly runtime: LocalRuntime;
  readonly project: CdkProject;
  /** Tells the app where stacks that name no Region or account go. */
  readonly environment: Readonly<Record<string, string>>;
  readonly narrator: Narrator;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
  readonly verbose: boolean;
}

/** Synthesises and deploys again, one reload at a time. Changes during a reload are combined into the next one. */
class Reloader {
  readonly #parts: ReloaderParts;
  #pending: readonly string[] = [];
  #running = false;

  constructor(parts: ReloaderParts) {
    this.#parts = parts;
  }

  request(paths: readonly string[]): void {
    this.#pending = [...this.#pending, ...paths];
    if (!this.#running) {
      this.#running = true;
      void this.#run().finally(() => {
        this.#running = false;
      });
    }
  }

  async #run(): Promise<void> {
    const { runtime, project, environment, narrator, terminal, signal, verbose } = this.#parts;
    while (this.#pending.length > 0 && !signal.aborted) {
      const [first = "", ...others] = this.#pending;
      this.#pending = [];
      const started = performance.now();
      terminal.out(pc.dim(`changed: ${first}${others.length > 0 ? ` and ${others.length} more` : ""}`));
      try {
        await synthesize(project, { environment, signal });
        const deployment = await runtime.reload(project.output);
        narrator.introduce(deployment);
        const count = deployment.resources.filter(({ change }) => change !== "unchanged").length;
        const seconds = ((performance.now() - started) / 1_000).toFixed(1);
        terminal.out(`${pc.green("reloaded")} ${count} resources changed, in ${seconds} s`);
      } catch (error) {
        if (!signal.aborted) {
          terminal.err(`${pc.red("error")} ${explain(error, verbose)}`);
          terminal.err(pc.dim("the previous version continues to run; save a fix to try again"));
        }
      }
    }
  }
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
