import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, type Metafile } from "esbuild";
import { type BundleSettings, bundleEntry, reachedFrom } from "../../infra/constructs/bundling/bundle-entry.ts";
import { LEFT_OUT, type LeftOut } from "../../lib/names/index.ts";

/** What a bundle leaves to others. */
export type Externals = "nothing" | "sdk" | "zod" | "sdk and zod";

const EXTERNAL: Readonly<Record<Externals, string[]>> = {
  nothing: [],
  sdk: ["@aws-sdk/*", "@smithy/*"],
  zod: ["zod"],
  "sdk and zod": ["@aws-sdk/*", "@smithy/*", "zod"],
};

/**
 * How a handler is bundled: by the constructs' own function, for a function with a standard queue, idempotency and no large
 * payloads; or into one file, as the peers' documentation has it.
 */
export type Way = "constructs" | "one file";

/** CommonJS dependencies of the peers call `require`. */
const REQUIRE = 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);';

/** Bytes of files, as they are and gzipped one by one. */
export interface Size {
  readonly bytes: number;
  readonly gzipBytes: number;
}

/** A bundled handler. */
export interface Bundle {
  /** Its entry is `index.mjs`. */
  readonly files: readonly { readonly name: string; readonly contents: Uint8Array }[];
  readonly all: Size;
  /** The entry and what it imports outright: what is read before the first invocation. */
  readonly atStart: Size;
  /** Bytes of each folder of Fanfare's sources in it. */
  readonly byFolder: Readonly<Record<string, number>>;
}

/**
 * Bundles a handler of `bench/handlers`: an ES module, minified, for Node 24.
 *
 * @param leftOut what the constructs leave out
 */
export async function bundleHandler(
  name: string,
  externals: Externals,
  way: Way,
  leftOut: readonly LeftOut[] = ["payloads", "fifo", "sdk"],
): Promise<Bundle> {
  const entry = fileURLToPath(new URL(`../handlers/${name}.ts`, import.meta.url));
  const external = EXTERNAL[externals];
  const { files, metafile } =
    way === "constructs" ? await asTheConstructs(entry, external, leftOut) : await asOneFile(entry, external);
  const atStart = reachedFrom("index.mjs", metafile, "statically");
  return {
    files,
    all: sizeOf(files),
    atStart: sizeOf(files.filter((file) => atStart.has(file.name))),
    byFolder: bytesByFolder(metafile, new Set(files.map((file) => file.name))),
  };
}

function bytesByFolder({ outputs }: Metafile, names: ReadonlySet<string>): Readonly<Record<string, number>> {
  const bytes: Record<string, number> = {};
  for (const [path, { inputs }] of Object.entries(outputs)) {
    if (!names.has(basename(path))) {
      continue;
    }
    for (const [source, { bytesInOutput }] of Object.entries(inputs)) {
      const folder = /(?:^|\/)(lib\/[a-z]+)\//.exec(source)?.[1];
      if (folder !== undefined) {
        bytes[folder] = (bytes[folder] ?? 0) + bytesInOutput;
      }
    }
  }
  return bytes;
}

function asTheConstructs(entry: string, external: readonly string[], leftOut: readonly LeftOut[]) {
  const settings: BundleSettings = {
    target: "node24",
    conditions: ["@fanfare/source"],
    external,
    define: Object.fromEntries(leftOut.map((part) => [`process.env.${LEFT_OUT[part]}`, '"1"'])),
  };
  return bundleEntry(entry, settings);
}

async function asOneFile(entry: string, external: string[]) {
  const { outputFiles, metafile } = await build({
    entryPoints: [{ in: entry, out: "index" }],
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node24",
    mainFields: ["module", "main"],
    conditions: ["@fanfare/source", "module"],
    minify: true,
    banner: { js: REQUIRE },
    external,
    write: false,
    metafile: true,
    outdir: "bundle",
    outExtension: { ".js": ".mjs" },
    logLevel: "silent",
  });
  return { files: outputFiles.map(({ path, contents }) => ({ name: basename(path), contents })), metafile };
}

function sizeOf(files: Bundle["files"]): Size {
  const sum = (bytes: readonly number[]) => bytes.reduce((total, one) => total + one, 0);
  return {
    bytes: sum(files.map(({ contents }) => contents.byteLength)),
    gzipBytes: sum(files.map(({ contents }) => gzipSync(contents).byteLength)),
  };
}

/** Runs something with a directory that is gone afterwards. */
export async function withDirectory<Result>(run: (directory: string) => Promise<Result>): Promise<Result> {
  const directory = await mkdtemp(join(tmpdir(), "fanfare-bench-"));
  try {
    return await run(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
