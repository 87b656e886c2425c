import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { BuildOptions } from "esbuild";

/** The page as it is served: one script and one style sheet. */
export interface PageFiles {
  readonly script: string;
  readonly style: string;
}

const SOURCES = new URL("../page/", import.meta.url);

/** How the page is bundled for browsers. `npm run build` does the same for the package. */
export function bundleOptions(folder: string): BuildOptions {
  return {
    entryPoints: { app: `${folder}main.tsx`, style: `${folder}style.css` },
    outdir: folder,
    bundle: true,
    minify: true,
    format: "esm",
    target: ["chrome123", "firefox121", "safari17.5"],
    jsx: "automatic",
    jsxImportSource: "preact",
    tsconfigRaw: {},
    write: false,
    logLevel: "silent",
  };
}

let bundled: Promise<PageFiles> | undefined;

/** The page: from the package as it was built, from the sources bundled once per process. */
export function pageFiles(): Promise<PageFiles> {
  bundled ??= existsSync(new URL("main.tsx", SOURCES)) ? bundlePage() : Promise.resolve(builtPage());
  return bundled;
}

/** Bundles the sources. */
export async function bundlePage(): Promise<PageFiles> {
  const { build } = await import("esbuild");
  const { outputFiles = [] } = await build(bundleOptions(fileURLToPath(SOURCES)));
  const textOf = (ending: string): string => outputFiles.find(({ path }) => path.endsWith(ending))?.text ?? "";
  return { script: textOf("app.js"), style: textOf("style.css") };
}

function builtPage(): PageFiles {
  const read = (name: string): string => readFileSync(new URL(name, SOURCES), "utf8");
  return { script: read("app.js"), style: read("style.css") };
}
