import { readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { basename, extname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type BundleRecord, LOCAL_SYNTHESIS, type RecordedBundle } from "../../names/index.ts";
import { ownScript } from "../common/index.ts";
import type { CdkProject } from "./cdk-project.ts";
import { rebuild } from "./rebuild.ts";
import { SOURCES_FILE } from "./sources-file.ts";

/** Where the record of an assembly is, in the assembly's folder. */
const FOLDER = ".fanfare";

/**
 * What an assembly was made of: the modules that the app loaded, and the sources of the bundles that Fanfare's constructs made. It
 * tells what a change requires: bundles only, or another synthesis.
 */
export class SynthesisRecord {
  readonly #directory: string;
  readonly #folder: string;
  readonly #bundlesFile: string;
  readonly #sourcesFile: string;
  #bundles: readonly RecordedBundle[] = [];
  #program = "";
  /** Undefined when the app does not tell what it loads: it is not a program of Node.js, or of an old version. */
  #appSources: ReadonlySet<string> | undefined;
  #rebuilds = 0;

  constructor({ directory, output }: Pick<CdkProject, "directory" | "output">) {
    this.#directory = directory;
    this.#folder = join(output, FOLDER);
    this.#bundlesFile = join(this.#folder, "bundles.json");
    this.#sourcesFile = join(this.#folder, "sources");
  }

  /** Prepares the folder for another synthesis, and returns the environment variables by which the app writes the record. */
  async begin(): Promise<Record<string, string>> {
    this.#appSources = undefined;
    await mkdir(this.#folder, { recursive: true });
    rmSync(this.#bundlesFile, { force: true });
    writeFileSync(this.#sourcesFile, "");
    const script = pathToFileURL(ownScript(import.meta.url, "record-sources-main")).href;
    return {
      [LOCAL_SYNTHESIS.record]: this.#bundlesFile,
      [SOURCES_FILE]: this.#sourcesFile,
      NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ""} --import=${script}`.trim(),
    };
  }

  /** Reads what the app wrote. */
  end(): void {
    try {
      const { program, bundles }: BundleRecord = JSON.parse(readFileSync(this.#bundlesFile, "utf8"));
      const urls = readFileSync(this.#sourcesFile, "utf8").split("\n").filter(Boolean);
      this.#program = program;
      this.#bundles = bundles;
      this.#appSources = urls.length === 0 ? undefined : new Set(urls.map((url) => realPath(fileURLToPath(url))));
    } catch {
      // The app has no bundles of Fanfare's constructs, or the synthesis failed: any change needs another one.
      this.#appSources = undefined;
    }
  }

  /**
   * Returns the bundles to make again after these files have changed; `undefined` when the app must be synthesised: one of the files is a
   * module of the app, or nothing that is known.
   *
   * @param paths absolute
   */
  bundlesOf(paths: readonly string[]): readonly RecordedBundle[] | undefined {
    const found = new Set<RecordedBundle>();
    for (const path of paths.map(realPath)) {
      const using = this.#bundles.filter(({ sources }) => sources.includes(path));
      if (using.length === 0 || this.#isAppSource(path)) {
        return undefined;
      }
      for (const bundle of using) {
        found.add(bundle);
      }
    }
    return [...found];
  }

  /**
   * Makes bundles again.
   *
   * @returns the folders with the new bundles, by the names of the assets that they replace
   * @throws LocalError `SynthesisFailed` with the places of the mistakes
   */
  async rebuild(bundles: readonly RecordedBundle[], signal?: AbortSignal): Promise<ReadonlyMap<string, string>> {
    this.#rebuilds += 1;
    const folder = join(this.#folder, "code", `${process.pid}-${this.#rebuilds}`);
    const outdirOf = (index: number) => join(folder, String(index));
    const jobs = bundles.map(({ job }, index) => ({ ...job, outdir: outdirOf(index) }));
    const sources = await rebuild(jobs, { program: this.#program, directory: this.#directory, signal });
    const updated = new Map(bundles.map((bundle, index) => [bundle, { ...bundle, sources: sources[index] ?? [] }]));
    this.#bundles = this.#bundles.map((bundle) => updated.get(bundle) ?? bundle);
    return new Map(bundles.map(({ asset }, index) => [asset, outdirOf(index)]));
  }

  /** Removes the bundles that were made again: no function uses them any more. */
  removeRebuilt(): void {
    rmSync(join(this.#folder, "code"), { recursive: true, force: true });
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
