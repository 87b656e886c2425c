import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
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
  /** The entry is called `<name>.mjs`. */
  readonly files: readonly { readonly name: string; readonly code: Uint8Array }[];
}

/**
 * Bundles a handler of `bench/handlers` as the constructs do: ESM, minified, for Node 24, in one file.
 *
 * @param splitting puts what is imported when it is needed into files of its own
 */
export async function bundleHandler(name: string, externals: Externals, splitting = false): Promise<Bundle> {
  const { outputFiles } = await build({
    splitting,
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
    outdir: "out",
    outExtension: { ".js": ".mjs" },
    logLevel: "silent",
  });
  const files = outputFiles.map(({ path, contents }) => ({ name: basename(path), code: contents }));
  const sum = (bytes: readonly number[]) => bytes.reduce((total, one) => total + one, 0);
  return {
    bytes: sum(files.map(({ code }) => code.byteLength)),
    gzipBytes: sum(files.map(({ code }) => gzipSync(code).byteLength)),
    files,
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
