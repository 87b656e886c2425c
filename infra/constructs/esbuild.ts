import { join } from "node:path";
import { type BuildOptions, buildSync, type Message } from "esbuild";
import { FanfareError } from "../../lib/errors/index.ts";
import type { BundlingOptions } from "./bundling-options.ts";
import { conditionsOf } from "./conditions.ts";

/** CommonJS dependencies call `require`, which a module does not have. */
const REQUIRE_BANNER =
  'import { createRequire as __fanfareCreateRequire } from "node:module"; const require = __fanfareCreateRequire(import.meta.url);';

/** How a set of entries is bundled. */
export interface BundleSettings extends BundlingOptions {
  /** The esbuild target: `node24`. */
  readonly target: string;
}

/**
 * Bundles each entry to `<outdir>/<index>/index.mjs`, all in one run.
 *
 * @param entries absolute paths
 * @throws FanfareError `ConfigurationInvalid` naming the entries that cannot be bundled
 */
export function bundle(entries: readonly string[], outdir: string, settings: BundleSettings): void {
  try {
    buildSync({
      ...optionsOf(settings),
      entryPoints: entries.map((entry, index) => ({ in: entry, out: join(String(index), "index") })),
      outdir,
    });
  } catch (error) {
    throw bundlingFailed(entries, settings, error);
  }
}

function optionsOf(settings: BundleSettings): BuildOptions {
  const conditions = settings.conditions ?? conditionsOf(process.execArgv, process.env.NODE_OPTIONS);
  return {
    bundle: true,
    format: "esm",
    platform: "node",
    target: settings.target,
    outExtension: { ".js": ".mjs" },
    // ES modules first: only they can be shaken.
    mainFields: ["module", "main"],
    // esbuild adds "module" only when no condition is given.
    conditions: [...conditions, "module"],
    treeShaking: true,
    minify: settings.minify ?? true,
    keepNames: settings.keepNames ?? false,
    sourcemap: settings.sourceMap ?? false,
    banner: { js: REQUIRE_BANNER },
    external: [...(settings.external ?? [])],
    define: { ...settings.define },
    loader: { ...settings.loader },
    absWorkingDir: process.cwd(),
    logLevel: "silent",
  };
}

/** A failing run does not say to which entry a file belongs, so each entry is tried on its own. */
function bundlingFailed(entries: readonly string[], settings: BundleSettings, cause: unknown): FanfareError {
  const failed = entries.flatMap((entry) => {
    try {
      buildSync({ ...optionsOf(settings), entryPoints: [entry], outdir: "out", write: false });
      return [];
    } catch (error) {
      return [{ entry, messages: messagesOf(error) }];
    }
  });
  const all = failed.flatMap(({ messages }) => messages);
  const unresolved = all.some((message) => message.text.startsWith("Could not resolve"));
  const text = failed.map(({ entry, messages }) => `${entry}: ${messages.map(describe).join("; ")}`).join("\n");
  return new FanfareError("ConfigurationInvalid", `cannot bundle ${text || String(cause)}`, {
    field: "handler.entry",
    remedy: unresolved
      ? "correct the import, install the package, or list it in bundling.external if the function finds it elsewhere"
      : "correct the source at the place named, or the bundling options",
    cause,
  });
}

function messagesOf(error: unknown): Message[] {
  if (typeof error === "object" && error !== null && "errors" in error && Array.isArray(error.errors))
    return error.errors;
  return [];
}

function describe(message: Message): string {
  const place = message.location;
  return place === null ? message.text : `${place.file}:${place.line}:${place.column}: ${message.text}`;
}
