import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

/** What a bundle leaves to others. */
export type Externals = "nothing" | "sdk" | "sdk and zod";

const EXTERNAL: Readonly<Record<Externals, string[]>> = {
  nothing: [],
  sdk: ["@aws-sdk/*", "@smithy/*"],
  "sdk and zod": ["@aws-sdk/*", "@smithy/*", "zod"],
};

/** CommonJS dependencies of the peers call `require`. */
const REQUIRE = 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);';

/** A bundled handler. */
export interface Bundle {
  readonly bytes: number;
  readonly gzipBytes: number;
  /** Files that went into it, with the bytes of each that are left. */
  readonly inputs: Readonly<Record<string, number>>;
  readonly code: Uint8Array;
}

/** Bundles a handler of `bench/handlers` as the constructs do: ESM, minified, for Node 24, in one file. */
export async function bundleHandler(name: string, externals: Externals): Promise<Bundle> {
  const result = await build({
    entryPoints: [fileURLToPath(new URL(`../handlers/${name}.ts`, import.meta.url))],
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node24",
    mainFields: ["module", "main"],
    conditions: ["@fanfare/source", "module"],
    minify: true,
    banner: { js: REQUIRE },
    external: EXTERNAL[externals],
    write: false,
    metafile: true,
    outdir: "out",
    outExtension: { ".js": ".mjs" },
    logLevel: "silent",
  });
  const [file] = result.outputFiles;
  const [output] = Object.values(result.metafile.outputs);
  if (file === undefined || output === undefined) throw new Error(`esbuild wrote nothing for ${name}`);
  const inputs = Object.entries(output.inputs).map(([path, { bytesInOutput }]) => [path, bytesInOutput] as const);
  return {
    bytes: file.contents.byteLength,
    gzipBytes: gzipSync(file.contents).byteLength,
    inputs: Object.fromEntries(inputs.filter(([, bytes]) => bytes > 0)),
    code: file.contents,
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
