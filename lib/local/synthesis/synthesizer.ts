import { AppProcess } from "./app-process.ts";
import { type CdkProject, readCdkProject } from "./cdk-project.ts";
import { STALE } from "./standby-protocol.ts";
import { SynthesisRecord } from "./synthesis-record.ts";
import { identityOf, synthesize, untilAssembled } from "./synthesize.ts";

/**
 * A command that only runs the app. With any other, a compiler for instance, a process that was started before a change would run what was
 * made before it.
 */
const RUNS_APP_ONLY = /^(?:npx +)?(?:node|ts-node|tsx|[^\s&|;<>`$()]+\.[cm]?js)(?: [^&|;<>`$()\n]*)?$/;

/** What a {@link Synthesizer} synthesises, and how. */
export interface SynthesizerOptions {
  /** Folder of `cdk.json`. */
  readonly directory: string;
  /** Overrides the command of `cdk.json`. */
  readonly app: string | undefined;
  /** Environment variables of the app besides this process's own. */
  readonly environment: Readonly<Record<string, string>>;
  /** Ends the app and what it started. */
  readonly signal: AbortSignal;
}

/** Synthesises an app when its sources have changed. Between changes a process waits that has loaded the CDK, which takes longest. */
export class Synthesizer {
  /** What the last assembly was made of. */
  readonly record: SynthesisRecord;
  readonly #options: SynthesizerOptions;
  #project: CdkProject;
  #standby: { readonly command: string; readonly process: AppProcess } | undefined;

  /** @throws LocalError `SynthesisFailed` when no command is known or `cdk.json` is not JSON */
  constructor(options: SynthesizerOptions) {
    this.#options = options;
    this.#project = readCdkProject(options.directory, options);
    this.record = new SynthesisRecord(this.#project);
    this.record.removeRebuilt();
  }

  /** The project, with the command and the context of the last synthesis. */
  get project(): CdkProject {
    return this.#project;
  }

  /**
   * Whether the assembly of an earlier run is there, and all sources are as they were then. What the app reads by other means may have
   * changed: synthesise it soon.
   */
  reuses(): boolean {
    return this.record.recall(identityOf(this.#project, this.#options.environment));
  }

  /**
   * Synthesises the app with the command and the context that `cdk.json` has now.
   *
   * @param onStart is told the command
   * @throws LocalError `SynthesisFailed` with what the app printed, when it fails, writes no assembly or is ended by the signal
   */
  async run(onStart: (app: string) => void = () => {}): Promise<void> {
    const { directory, environment, signal } = this.#options;
    const { app, context } = readCdkProject(directory, this.#options);
    this.#project = { ...this.#project, app, context };
    onStart(app);
    const standby = this.#takeStandby(app);
    if (standby === undefined || !(await this.#release(standby))) {
      await synthesize(this.#project, { environment, record: this.record, signal });
    }
  }

  /** Prepares for the next change: starts what makes bundles, and a process that waits. */
  prepare(): void {
    this.record.warmUp();
    const { environment, signal } = this.#options;
    const { app } = this.#project;
    if (this.#standby === undefined && !signal.aborted && this.record.knowsLibraries && RUNS_APP_ONLY.test(app)) {
      const process = AppProcess.start(this.#project, {
        environment: { ...this.record.environment, ...environment },
        killable: true,
        waits: true,
      });
      this.#standby = { command: app, process };
    }
  }

  /** Ends what {@link prepare} has started. */
  close(): void {
    this.#standby?.process.kill();
    this.#standby = undefined;
    this.record.close();
  }

  /** Returns the process that waits if it runs this command. */
  #takeStandby(command: string): AppProcess | undefined {
    const standby = this.#standby;
    this.#standby = undefined;
    if (standby?.command === command) {
      return standby.process;
    }
    standby?.process.kill();
    return undefined;
  }

  /** Lets a process that waits run the app. Returns whether it did: it does not if the CDK was installed anew, for instance. */
  async #release(standby: AppProcess): Promise<boolean> {
    await this.record.begin();
    standby.release(this.#project.context);
    try {
      await untilAssembled(standby, this.#options.signal);
    } catch (error) {
      if ((await standby.ended()) === STALE) {
        return false;
      }
      throw error;
    }
    this.record.end(identityOf(this.#project, this.#options.environment));
    return true;
  }
}
