import { readFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";
import type { simulate } from "../../../lib/testing/index.ts";
import type { drawScenario } from "../scenario.ts";
import type { Edit } from "./mutation.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

/** What a bundle exports: the simulator and its scenario, made from our sources with the edits. */
export interface SimulatorBundle {
  readonly simulate: typeof simulate;
  readonly drawScenario: typeof drawScenario;
}

/** What a snippet that is not there once, and only once, leads to: the mutation would not be the one that its name says. */
export class SnippetNotFound extends Error {
  override readonly name = "SnippetNotFound";
}

/**
 * Bundles the simulator with edits applied to our sources, in memory. Packages are not part of the bundle.
 *
 * @throws SnippetNotFound when a snippet is not in its file exactly once
 */
export async function bundleWith(edits: readonly Edit[]): Promise<SimulatorBundle> {
  const applied = new Set<Edit>();
  const result = await build({
    stdin: {
      contents: `export { simulate } from "./lib/testing/index.ts"; export { drawScenario } from "./test/simulation/scenario.ts";`,
      resolveDir: ROOT,
      loader: "ts",
    },
    bundle: true,
    write: false,
    format: "esm",
    platform: "node",
    target: "node22",
    keepNames: true,
    logLevel: "silent",
    plugins: [packagesByUrl, editing(edits, applied)],
  });
  const missed = edits.find((edit) => !applied.has(edit));
  if (missed !== undefined) {
    throw new SnippetNotFound(`${missed.file} is not part of the simulator`);
  }
  const code = result.outputFiles[0]?.contents ?? new Uint8Array();
  return await import(`data:text/javascript;base64,${Buffer.from(code).toString("base64")}`);
}

/** Code from memory can import packages by their full address only. */
const packagesByUrl: Plugin = {
  name: "packages-by-url",
  setup({ onResolve }) {
    onResolve({ filter: /^[@a-z]/ }, ({ path, kind }) => {
      if (kind === "entry-point") {
        return undefined;
      }
      return { path: path.startsWith("node:") ? path : import.meta.resolve(path), external: true };
    });
  },
};

function editing(edits: readonly Edit[], applied: Set<Edit>): Plugin {
  return {
    name: "edits",
    setup({ onLoad }) {
      onLoad({ filter: /\.ts$/ }, async ({ path }) => {
        const file = relative(ROOT, path).replaceAll("\\", "/");
        let contents = await readFile(path, "utf8");
        for (const edit of edits.filter((candidate) => candidate.file === file)) {
          contents = apply(edit, contents);
          applied.add(edit);
        }
        return { contents, loader: "ts", resolveDir: dirname(join(ROOT, file)) };
      });
    },
  };
}

/** Replaces the snippet, however the formatter has wrapped it. @throws SnippetNotFound when it is not there exactly once */
export function apply(edit: Edit, contents: string): string {
  const words = edit.find
    .trim()
    .split(/\s+/)
    .map((word) => word.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
  const found = [...contents.matchAll(new RegExp(words.join("\\s+"), "g"))];
  if (found.length !== 1) {
    throw new SnippetNotFound(`${edit.file} holds the snippet ${found.length} times: ${edit.find}`);
  }
  return contents.replace(found[0]?.[0] ?? "", () => edit.replace);
}
