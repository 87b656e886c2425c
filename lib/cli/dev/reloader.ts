import { resolve } from "node:path";
import type { Deployment, LocalRuntime } from "../../local/index.ts";
import type { RequiredWork, Synthesizer } from "../../local/synthesis/index.ts";
import { explain } from "../cli-error.ts";
import type { Reporter } from "./report/index.ts";

/** What a {@link Reloader} needs. */
export interface ReloaderParts {
  readonly runtime: Pick<LocalRuntime, "reload">;
  readonly synthesizer: Synthesizer;
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
  readonly verbose: boolean;
  readonly onReloaded: () => void;
}

/**
 * Deploys changed sources, one reload at a time. Changes during a reload are combined into the next one. Bundles whose sources
 * have changed are made again; the app is synthesised when one of its own modules has changed, or what nobody knows.
 */
export class Reloader {
  readonly #parts: ReloaderParts;
  #pending: readonly string[] = [];
  #running = false;
  #owesSynthesis = false;
  /** Folders of bundles that were made again since the last synthesis, by the names of the assets that they replace. */
  #rebuilt: ReadonlyMap<string, string> = new Map();

  constructor(parts: ReloaderParts) {
    this.#parts = parts;
  }

  /** Asks for a reload after changes of these files, relative to the project's folder. */
  request(paths: readonly string[]): void {
    this.#pending = [...this.#pending, ...paths];
    this.#start();
  }

  /** Asks for a synthesis of the app. */
  synthesize(): void {
    this.#owesSynthesis = true;
    this.#start();
  }

  #start(): void {
    if (!this.#running) {
      this.#running = true;
      void this.#run().finally(() => {
        this.#running = false;
      });
    }
  }

  async #run(): Promise<void> {
    const { reporter, signal, verbose, synthesizer } = this.#parts;
    do {
      const paths = this.#pending;
      const [first, ...others] = paths;
      this.#pending = [];
      if (first !== undefined) {
        reporter.status(`changed: ${first}${others.length > 0 ? ` and ${others.length} more` : ""}`);
      }
      try {
        await this.#reload(paths);
      } catch (error) {
        if (!signal.aborted) {
          reporter.reloadFailed(explain(error, verbose));
        }
      }
      synthesizer.prepare();
    } while (this.#pending.length > 0 && !signal.aborted);
  }

  /**
   * Bundles first, so that the next message runs the new code; what the app declares follows when it is synthesised. A synthesis that
   * did not take place is made up for by the next reload.
   */
  async #reload(paths: readonly string[]): Promise<void> {
    const { record, project } = this.#parts.synthesizer;
    const work = record.workFor(paths.map((path) => resolve(project.directory, path)));
    this.#owesSynthesis ||= work.synthesis;
    const rebuilt = work.bundles.length > 0 ? await this.#timed(() => this.#rebuild(work.bundles)) : [];
    if (this.#owesSynthesis) {
      await this.#timed(() => this.#synthesize(rebuilt));
    }
  }

  /** Returns the resources that have changed. */
  async #timed(deploy: () => Promise<Reloaded>): Promise<readonly string[]> {
    const { reporter, onReloaded } = this.#parts;
    const started = performance.now();
    const { deployment, changed } = await deploy();
    onReloaded();
    reporter.introduce(deployment);
    reporter.reloaded({ changed: changed.length, durationMs: performance.now() - started });
    return changed;
  }

  /** @param told resources whose new code runs already */
  async #synthesize(told: readonly string[]): Promise<Reloaded> {
    const { synthesizer, runtime, reporter } = this.#parts;
    const { project, record } = synthesizer;
    await synthesizer.run((app) => reporter.status(`synthesising: ${app}`));
    const deployment = await runtime.reload(project.output);
    this.#owesSynthesis = false;
    this.#rebuilt = new Map();
    record.removeRebuilt();
    const changed = deployment.resources
      .filter(({ change }) => change !== "unchanged")
      .map(({ physicalId }) => physicalId);
    return { deployment, changed: changed.filter((id) => !told.includes(id)) };
  }

  async #rebuild(bundles: RequiredWork["bundles"]): Promise<Reloaded> {
    const { runtime, synthesizer } = this.#parts;
    const { project, record } = synthesizer;
    const made = await record.rebuild(bundles);
    const rebuilt = new Map([...this.#rebuilt, ...made]);
    const deployment = await runtime.reload(project.output, rebuilt);
    this.#rebuilt = rebuilt;
    const folders = new Set(made.values());
    const changed = deployment.functions
      .filter(({ configuration }) => folders.has(configuration.codeDirectory ?? ""))
      .map(({ resource }) => resource.physicalId);
    return { deployment, changed };
  }
}

interface Reloaded {
  readonly deployment: Deployment;
  /** Physical ids of the resources that differ from before. */
  readonly changed: readonly string[];
}
