import { existsSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { basename, extname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type BundleRecord, LOCAL_SYNTHESIS, type RecordedBundle } from "../../names/index.ts";
import { ownScript } from "../common/index.ts";
import { AssemblyInputs } from "./assembly-inputs.ts";
import { Bundler } from "./bundler.ts";
import type { CdkProject } from "./cdk-project.ts";
import { RECORDING } from "./recording-protocol.ts";

/** What changed files require. */
export interface RequiredWork {
  /** The bundles that have one of them among their sources. */
  readonly bundles: readonly RecordedBundle[];
  /** Whether one of them is a module of the app, or nothing that is known: then the app must be synthesised, too. */
  readonly synthesis: boolean;
}

/** Where the record of an assembly is, in the assembly's folder. */
const FOLDER = ".fanfare";

/**
 * What an assembly was made of: the modules that the app loaded, and the sources of the bundles that Fanfare's constructs made. It
 * tells what a change requires: bundles only, or another synthesis.
 */
export class SynthesisRecord {
  readonly #directory: string;
  readonly #output: string;
  readonly #folder: string;
  readonly #bundlesFile: string;
  readonly #sourcesFile: string;
  readonly #librariesFile: string;
  readonly #inputs: AssemblyInputs;
  #bundles: readonly RecordedBundle[] = [];
  #bundler: Bundler | undefined;
  /** Undefined when the app does not tell what it loads: it is not a program of Node.js, or of an old version. */
  #appSources: ReadonlySet<string> | undefined;
  #rebuilds = 0;

  constructor({ directory, output }: Pick<CdkProject, "directory" | "output">) {
    this.#directory = directory;
    this.#folder = join(output, FOLDER);
    this.#bundlesFile = join(this.#folder, "bundles.json");
    this.#sourcesFile = join(this.#folder, "sources");
    this.#librariesFile = join(this.#folder, "libraries");
    this.#output = output;
    this.#inputs = new AssemblyInputs(join(this.#folder, "inputs.json"));
  }

  /** Whether an app has told which libraries it loads: a process that has loaded them can wait for the next change. */
  get knowsLibraries(): boolean {
    return existsSync(this.#librariesFile);
  }

  /** Prepares the folder for another synthesis. */
  async begin(): Promise<void> {
    this.#appSources = undefined;
    await mkdir(this.#folder, { recursive: true });
    this.#inputs.forget();
    rmSync(this.#bundlesFile, { force: true });
    writeFileSync(this.#sourcesFile, "");
  }

  /** The environment variables by which the app writes the record. */
  get environment(): Readonly<Record<string, string>> {
    const script = pathToFileURL(ownScript(import.meta.url, "record-sources-main")).href;
    return {
      [LOCAL_SYNTHESIS.record]: this.#bundlesFile,
      [RECORDING.sources]: this.#sourcesFile,
      [RECORDING.libraries]: this.#librariesFile,
      NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ""} --import=${script}`.trim(),
    };
  }

  /**
   * Reads what the app wrote.
   *
   * @param command how the app was run
   */
  end(command: unknown): void {
    this.#read();
    if (this.#appSources !== undefined) {
      const sources = [...this.#appSources, ...this.#bundles.flatMap((bundle) => bundle.sources)];
      this.#inputs.store({ command, files: [...sources, ...this.#libraries(), ...this.#assembled()] });
    }
  }

  /**
   * Reads what the app wrote in an earlier run, if the assembly is still that of its sources.
   *
   * @param command how the app would be run now
   * @returns whether it is
   */
  recall(command: unknown): boolean {
    const isCurrent = this.#inputs.areUnchanged(command);
    if (isCurrent) {
      this.#read();
    }
    return isCurrent && this.#appSources !== undefined;
  }

  /**
   * Returns what changes of these files require.
   *
   * @param paths absolute
   */
  workFor(paths: readonly string[]): RequiredWork {
    if (this.#appSources === undefined) {
      return { bundles: [], synthesis: true };
    }
    const changed = paths.map(realPath);
    const bundles = this.#bundles.filter(({ sources }) => changed.some((path) => sources.includes(path)));
    const known = new Set(bundles.flatMap(({ sources }) => sources));
    return { bundles, synthesis: changed.some((path) => !known.has(path) || this.#isAppSource(path)) };
  }

  /** Prepares for the first change: what makes bundles is started. */
  warmUp(): void {
    this.#bundler?.warmUp();
  }

  /** Ends what {@link warmUp} or a change has started. */
  close(): void {
    this.#bundler?.close();
    this.#bundler = undefined;
  }

  /**
   * Makes bundles again.
   *
   * @returns the folders with the new bundles, by the names of the assets that they replace
   * @throws LocalError `SynthesisFailed` with the places of the mistakes
   */
  async rebuild(bundles: readonly RecordedBundle[]): Promise<ReadonlyMap<string, string>> {
    this.#rebuilds += 1;
    const folder = join(this.#folder, "code", `${process.pid}-${this.#rebuilds}`);
    const outdirOf = (index: number) => join(folder, String(index));
    const jobs = bundles.map(({ job }, index) => ({ ...job, outdir: outdirOf(index) }));
    const sources = (await this.#bundler?.rebuild(jobs)) ?? [];
    const updated = new Map(bundles.map((bundle, index) => [bundle, { ...bundle, sources: sources[index] ?? [] }]));
    this.#bundles = this.#bundles.map((bundle) => updated.get(bundle) ?? bundle);
    return new Map(bundles.map(({ asset }, index) => [asset, outdirOf(index)]));
  }

  /** Removes the bundles that were made again: no function uses them any more. */
  removeRebuilt(): void {
    rmSync(join(this.#folder, "code"), { recursive: true, force: true });
  }

  #read(): void {
    try {
      const { program, bundles }: BundleRecord = JSON.parse(readFileSync(this.#bundlesFile, "utf8"));
      const urls = linesOf(this.#sourcesFile);
      this.#useBundler(program);
      this.#bundles = bundles;
      this.#appSources = urls.length === 0 ? undefined : new Set(urls.map((url) => realPath(fileURLToPath(url))));
    } catch {
      // The app has no bundles of Fanfare's constructs, or the synthesis failed: any change needs another one.
      this.#appSources = undefined;
    }
  }

  /** What the assembly consists of: another synthesis may have written it since, or parts of it may be gone. */
  #assembled(): readonly string[] {
    const names = readdirSync(this.#output).filter((name) => name.endsWith(".json") || name.startsWith("asset."));
    return names.map((name) => join(this.#output, name));
  }

  #libraries(): readonly string[] {
    return this.knowsLibraries ? linesOf(this.#librariesFile) : [];
  }

  /** A synthesis with another version of the constructs names another program. */
  #useBundler(program: string): void {
    if (this.#bundler?.program !== program) {
      this.#bundler?.close();
      this.#bundler = new Bundler(program, this.#directory);
    }
  }

  /** A compiled module of the app counts for its source, wherever the compiler writes it. */
  #isAppSource(path: string): boolean {
    if (this.#appSources === undefined || this.#appSources.has(path)) {
      return true;
    }
    const stem = basename(path, extname(path));
    const isTypeScript = /\.[cm]?tsx?$/.test(path);
    return (
      isTypeScript &&
      [...this.#appSources].some((source) => new RegExp(`^${escaped(stem)}\\.[cm]?js$`).test(basename(source)))
    );
  }
}

function linesOf(file: string): string[] {
  return readFileSync(file, "utf8").split("\n").filter(Boolean);
}

function escaped(text: string): string {
  return text.replace(/[^\w]/g, "\\$&");
}

/** Bundlers and Node.js name files without symbolic links. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return resolve(path);
  }
}
