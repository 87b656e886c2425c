import { basename } from "node:path";
import { type BuildOptions, build, type Metafile } from "esbuild";
import type { BundlingOptions } from "./bundling-options.ts";
import { namedSdk } from "./named-sdk.ts";

/** How an entry is bundled. */
export interface BundleSettings extends BundlingOptions {
  /** The esbuild target: `node24`. */
  readonly target: string;
  /** The export conditions, where the options do not give them. */
  readonly defaultConditions: readonly string[];
}

/** A file of a bundle. */
export interface BundledFile {
  readonly name: string;
  readonly contents: Uint8Array;
}

/** A bundled entry. */
export interface Bundle {
  /** `index.mjs`, the files that it imports, at once or when they are needed, and their source maps. */
  readonly files: readonly BundledFile[];
  /** What esbuild says of the files, by paths that end in their names. */
  readonly metafile: Metafile;
}

/** CommonJS dependencies call `require`, which a module does not have. Each file of a bundle is a module of its own. */
const REQUIRE_LINE =
  'import { createRequire as __fanfareCreateRequire } from "node:module"; const require = __fanfareCreateRequire(import.meta.url);\n';

const ENTRY = "index.mjs";

/**
 * Bundles one entry to `index.mjs`. What is imported by `import()` is in files of its own, which are not even read before:
 * in a bundle of one file they are parsed at every cold start, and Node's own modules that they import are loaded.
 *
 * A run has one entry: files that several share would change with each of them, and functions would be deployed again because
 * another one changed.
 *
 * @param entry absolute path
 * @throws BuildFailure of esbuild
 */
export async function bundleEntry(entry: string, settings: BundleSettings): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    ...optionsOf(settings),
    entryPoints: [{ in: entry, out: "index" }],
    // Files are named by their contents, and these must not depend on where they will be.
    outdir: "bundle",
    write: false,
    metafile: true,
  });
  const reached = reachedFrom(ENTRY, metafile);
  const files = outputFiles
    .map(({ path, contents }) => ({ name: basename(path), contents }))
    .filter(({ name }) => !isModule(name) || reached.has(name.replace(/\.map$/, "")));
  return { files: withRequire(files), metafile };
}

/** Gives `require` to the modules that mention it, in a line on top. Their source maps begin a line later. */
function withRequire(files: readonly BundledFile[]): readonly BundledFile[] {
  const callers = new Set<string>();
  for (const { name, contents } of files) {
    if (name.endsWith(".mjs") && /\brequire\b/.test(Buffer.from(contents).toString())) callers.add(name);
  }
  return files.map(({ name, contents }) => {
    if (callers.has(name)) return { name, contents: Buffer.concat([Buffer.from(REQUIRE_LINE), contents]) };
    if (!callers.has(name.replace(/\.map$/, ""))) return { name, contents };
    const map: { mappings: string } = JSON.parse(Buffer.from(contents).toString());
    return { name, contents: Buffer.from(JSON.stringify({ ...map, mappings: `;${map.mappings}` })) };
  });
}

/** Files of the `file` loader are none. */
function isModule(name: string): boolean {
  return /\.mjs(\.map)?$/.test(name);
}

/**
 * The names of the files that one file of a bundle leads to, itself included: `outright` those that are read with it, else also
 * those that are imported by `import()`. esbuild writes more than these: files for what is imported by `import()` in code that it
 * has shaken off, as the AWS clients of publishers for handlers that only consume.
 */
export function reachedFrom(
  entry: string,
  { outputs }: Metafile,
  how: "outright" | "at any time" = "at any time",
): ReadonlySet<string> {
  const imports = new Map(
    Object.entries(outputs).map(([path, output]) => [
      basename(path),
      output.imports
        .filter(({ external, kind }) => external !== true && (how !== "outright" || kind === "import-statement"))
        .map(({ path: imported }) => basename(imported)),
    ]),
  );
  const reached = new Set([entry]);
  // A set is walked in the order in which it grows.
  for (const name of reached) for (const imported of imports.get(name) ?? []) reached.add(imported);
  return reached;
}

function optionsOf(settings: BundleSettings): BuildOptions {
  return {
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: settings.target,
    outExtension: { ".js": ".mjs" },
    // ES modules first: only they can be shaken.
    mainFields: ["module", "main"],
    // esbuild adds "module" only when no condition is given.
    conditions: [...(settings.conditions ?? settings.defaultConditions), "module"],
    treeShaking: true,
    minify: settings.minify ?? true,
    keepNames: settings.keepNames ?? false,
    sourcemap: settings.sourceMap ?? false,
    external: [...(settings.external ?? [])],
    define: { ...settings.define },
    loader: { ...settings.loader },
    plugins: [namedSdk()],
    absWorkingDir: process.cwd(),
    logLevel: "silent",
  };
}
