import { resolve } from "node:path";
import type { Deployment, LocalRuntime } from "../../local/index.ts";
import { type CdkProject, type SynthesisRecord, synthesize } from "../../local/synthesis/index.ts";
import { explain } from "../cli-error.ts";
import type { Reporter } from "./report/index.ts";

/** What a {@link Reloader} needs. */
export interface ReloaderParts {
  readonly runtime: Pick<LocalRuntime, "reload">;
  readonly project: CdkProject;
  readonly record: SynthesisRecord;
  /** Tells the app where stacks that name no Region or account go. */
  readonly environment: Readonly<Record<string, string>>;
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
  readonly verbose: boolean;
  readonly onReloaded: () => void;
}

/**
 * Deploys changed sources, one reload at a time. Changes during a reload are combined into the next one. When only sources of bundles
 * have changed, these bundles are made again; otherwise the app is synthesised.
 */
export class Reloader {
  readonly #parts: ReloaderParts;
  #pending: readonly string[] = [];
  #running = false;
  /** Folders of bundles that were made again since the last synthesis, by the names of the assets that they replace. */
  #rebuilt: ReadonlyMap<string, string> = new Map();

  constructor(parts: ReloaderParts) {
    this.#parts = parts;
  }

  /** Asks for a reload after changes of these files, relative to the project's folder. */
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
    const { reporter, signal, verbose } = this.#parts;
    while (this.#pending.length > 0 && !signal.aborted) {
      const paths = this.#pending;
      const [first = "", ...others] = paths;
      this.#pending = [];
      reporter.status(`changed: ${first}${others.length > 0 ? ` and ${others.length} more` : ""}`);
      try {
        await this.#reload(paths);
      } catch (error) {
        if (!signal.aborted) {
          reporter.reloadFailed(explain(error, verbose));
        }
      }
    }
  }

  async #reload(paths: readonly string[]): Promise<void> {
    const { record, project, reporter, onReloaded } = this.#parts;
    const started = performance.now();
    const bundles = record.bundlesOf(paths.map((path) => resolve(project.directory, path)));
    const { deployment, changed } = bundles === undefined ? await this.#synthesize() : await this.#rebuild(bundles);
    onReloaded();
    reporter.introduce(deployment);
    reporter.reloaded({ changed, durationMs: performance.now() - started });
  }

  async #synthesize(): Promise<Reloaded> {
    const { project, environment, record, runtime, signal } = this.#parts;
    await synthesize(project, { environment, record, signal });
    const deployment = await runtime.reload(project.output);
    this.#rebuilt = new Map();
    record.removeRebuilt();
    return { deployment, changed: deployment.resources.filter(({ change }) => change !== "unchanged").length };
  }

  async #rebuild(bundles: NonNullable<ReturnType<SynthesisRecord["bundlesOf"]>>): Promise<Reloaded> {
    const { project, record, runtime, signal } = this.#parts;
    const made = await record.rebuild(bundles, signal);
    const rebuilt = new Map([...this.#rebuilt, ...made]);
    const deployment = await runtime.reload(project.output, rebuilt);
    this.#rebuilt = rebuilt;
    const folders = new Set(made.values());
    const functions = deployment.functions.filter(({ configuration }) =>
      folders.has(configuration.codeDirectory ?? ""),
    );
    return { deployment, changed: functions.length };
  }
}

interface Reloaded {
  readonly deployment: Deployment;
  /** Number of resources that differ from before. */
  readonly changed: number;
}
