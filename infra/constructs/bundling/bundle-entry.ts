import { basename, dirname, resolve } from "node:path";
import { type BuildContext, type BuildOptions, type BuildResult, context, type Metafile } from "esbuild";
import { LEFT_OUT } from "../../../lib/names/index.ts";
import type { BundlingOptions, EsbuildOptions } from "./bundling-options.ts";
import { SdkImports } from "./named-sdk.ts";

/** How an entry is bundled. */
export interface BundleSettings extends Omit<BundlingOptions, "keep"> {
  /** The esbuild target: `node24`. */
  readonly target: string;
}

/** One file of a bundle. */
export interface BundledFile {
  readonly name: string;
  readonly contents: Uint8Array;
}

/** A bundled entry. */
export interface Bundle {
  /** `index.mjs`, the files that it imports statically or by `import()`, and their source maps. */
  readonly files: readonly BundledFile[];
  /** esbuild's description of the files; its paths end in their names. */
  readonly metafile: Metafile;
  /** Names that the entry exports; `undefined` if it re-exports a module that is not bundled. */
  readonly exports: readonly string[] | undefined;
}

/** CommonJS dependencies call `require`, which ES modules do not have. Each file of a bundle is a module. */
const REQUIRE_LINE =
  'import { createRequire as __fanfareCreateRequire } from "node:module"; const require = __fanfareCreateRequire(import.meta.url);\n';

const ENTRY = "index.mjs";

/** What each run returns: files and their description, nothing written. */
type RunOptions = BuildOptions & { readonly write: false; readonly metafile: true };

/**
 * Bundles one entry to `index.mjs`, once or again after changes. Modules that are imported by `import()` go to separate files, which are read only when they are
 * needed. In a single file, they would be parsed at every cold start, and the Node.js modules that they import would be loaded.
 *
 * Each run has one entry. With several entries, esbuild would create shared files, and a change to one function would cause
 * others to be deployed again.
 *
 * The first run takes the AWS SDK for external, and shows which of its clients the bundle can reach. Most bundles need few or none
 * of them, and a client with what it imports is ten times what the handler has. The second run has these clients only; it parses
 * nothing again that the first one did. After a change there is one run, unless the bundle reaches other clients than before.
 */
export class EntryBundler {
  readonly #entry: string;
  readonly #runs: BuildContext<RunOptions>;
  readonly #sdk: SdkImports;

  private constructor(entry: string, runs: BuildContext<RunOptions>, sdk: SdkImports) {
    this.#entry = entry;
    this.#runs = runs;
    this.#sdk = sdk;
  }

  /** @param entry absolute path */
  static async create(entry: string, settings: BundleSettings): Promise<EntryBundler> {
    const sdk = new SdkImports({ leaveOut: `process.env.${LEFT_OUT.sdk}` in (settings.define ?? {}) });
    const runs = await context({
      ...optionsOf(entry, settings),
      plugins: [sdk.plugin],
      entryPoints: [{ in: entry, out: "index" }],
      // Files are named after their contents, which must not depend on where they are written.
      outdir: "bundle",
      write: false,
      metafile: true,
    } satisfies RunOptions);
    return new EntryBundler(entry, runs, sdk);
  }

  /** Bundles the sources as they are now. @throws BuildFailure of esbuild */
  async bundle(): Promise<Bundle> {
    const { outputFiles, metafile } = (await this.#runAgain()) ?? (await this.#runTwice());
    const reached = reachedFrom(ENTRY, metafile);
    const files = outputFiles
      .map(({ path, contents }) => ({ name: basename(path), contents }))
      .filter(({ name }) => !isModule(name) || reached.has(name.replace(/\.map$/, "")));
    return { files: withRequire(files), metafile, exports: exportsOf(files, metafile) };
  }

  async dispose(): Promise<void> {
    await this.#runs.dispose();
  }

  async #runTwice(): Promise<BuildResult<RunOptions>> {
    this.#sdk.beginSurvey();
    const survey = await this.#runs.rebuild();
    const found = this.#sdk.found(importsReached(survey.metafile));
    return found ? await this.#runs.rebuild() : survey;
  }

  /** Returns `undefined` at the first time, and where other clients are needed than the last time. */
  async #runAgain(): Promise<BuildResult<RunOptions> | undefined> {
    if (!this.#sdk.isSurveyed) {
      return undefined;
    }
    this.#sdk.beginAgain();
    const result = await this.#runs.rebuild();
    const reached = new Set([...importsReached(result.metafile), ...this.#sourcesReached(result.metafile)]);
    return this.#sdk.foundTheSame(reached) ? result : undefined;
  }

  /** Absolute paths of the sources of the bundle. */
  #sourcesReached(metafile: Metafile): readonly string[] {
    return outputsReached(metafile).flatMap(({ inputs }) =>
      // esbuild names them from the folder of the entry.
      Object.keys(inputs).map((path) => resolve(dirname(this.#entry), path)),
    );
  }
}

/** Bundles an entry once. @throws BuildFailure of esbuild */
export async function bundleEntry(entry: string, settings: BundleSettings): Promise<Bundle> {
  const bundler = await EntryBundler.create(entry, settings);
  try {
    return await bundler.bundle();
  } finally {
    await bundler.dispose();
  }
}

/** The external modules that the bundle imports, as esbuild wrote them. */
function importsReached(metafile: Metafile): readonly string[] {
  return outputsReached(metafile).flatMap(({ imports }) =>
    imports.filter(({ external }) => external).map(({ path }) => path),
  );
}

function outputsReached(metafile: Metafile): readonly Metafile["outputs"][string][] {
  const reached = reachedFrom(ENTRY, metafile);
  return Object.entries(metafile.outputs).flatMap(([path, output]) => (reached.has(basename(path)) ? [output] : []));
}

function exportsOf(files: readonly BundledFile[], { outputs }: Metafile): readonly string[] | undefined {
  const entry = files.find(({ name }) => name === ENTRY);
  const reexportsAll = entry !== undefined && /\bexport\s*\*\s*from\b/.test(Buffer.from(entry.contents).toString());
  const output = Object.entries(outputs).find(([path]) => basename(path) === ENTRY)?.[1];
  return reexportsAll ? undefined : output?.exports;
}

/** Defines `require` in the first line of the modules that mention it. Their source maps then start one line later. */
function withRequire(files: readonly BundledFile[]): readonly BundledFile[] {
  const callers = new Set<string>();
  for (const { name, contents } of files) {
    if (name.endsWith(".mjs") && /\brequire\b/.test(Buffer.from(contents).toString())) {
      callers.add(name);
    }
  }
  return files.map(({ name, contents }) => {
    if (callers.has(name)) {
      return { name, contents: Buffer.concat([Buffer.from(REQUIRE_LINE), contents]) };
    }
    if (!callers.has(name.replace(/\.map$/, ""))) {
      return { name, contents };
    }
    const map: { mappings: string } = JSON.parse(Buffer.from(contents).toString());
    return { name, contents: Buffer.from(JSON.stringify({ ...map, mappings: `;${map.mappings}` })) };
  });
}

/** Whether a file is a module or its source map; files of the `file` loader are neither. */
function isModule(name: string): boolean {
  return /\.mjs(\.map)?$/.test(name);
}

/**
 * Returns the names of the files that a file of a bundle imports, directly or indirectly, including itself: `"statically"` only
 * those that are loaded with it, otherwise also those that are imported by `import()`. esbuild writes more files than these: it also
 * writes what is imported by `import()` in code that it removed, such as the publishers' AWS clients in a consumer's bundle.
 */
export function reachedFrom(
  entry: string,
  { outputs }: Metafile,
  how: "statically" | "at any time" = "at any time",
): ReadonlySet<string> {
  const imports = new Map(
    Object.entries(outputs).map(([path, output]) => [
      basename(path),
      output.imports
        .filter(({ external, kind }) => external !== true && (how !== "statically" || kind === "import-statement"))
        .map(({ path: imported }) => basename(imported)),
    ]),
  );
  const reached = new Set([entry]);
  // The iteration includes names that are added on the way.
  for (const name of reached) {
    for (const imported of imports.get(name) ?? []) {
      reached.add(imported);
    }
  }
  return reached;
}

/** Paths would be relative to the folder of the entry. */
function withAbsolutePaths({ tsconfig, inject, ...others }: EsbuildOptions = {}): EsbuildOptions {
  return {
    ...others,
    ...(tsconfig === undefined ? {} : { tsconfig: resolve(tsconfig) }),
    ...(inject === undefined ? {} : { inject: inject.map((path) => resolve(path)) }),
  };
}

function optionsOf(entry: string, settings: BundleSettings): BuildOptions {
  return {
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: settings.target,
    outExtension: { ".js": ".mjs" },
    // ES modules first: only they are tree-shaken.
    mainFields: ["module", "main"],
    // esbuild adds "module" itself only if no condition is given.
    conditions: [...(settings.conditions ?? []), "module"],
    treeShaking: true,
    minify: settings.minify ?? true,
    keepNames: settings.keepNames ?? false,
    sourcemap: settings.sourceMap ?? false,
    external: [...(settings.external ?? [])],
    define: { ...settings.define },
    loader: { ...settings.loader },
    ...withAbsolutePaths(settings.esbuild),
    // Names and hashes depend on it. It is that of the sources, so that they are the same wherever the app runs.
    absWorkingDir: dirname(entry),
    logLevel: "silent",
  };
}
