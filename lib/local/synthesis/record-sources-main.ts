/**
 * Loaded into the process of an app that is synthesised, before its own modules: writes which modules the process loads. Which
 * changes need a new synthesis is known from that. Versions of Node.js without synchronous hooks write nothing.
 */
import { appendFileSync, writeFileSync } from "node:fs";
import * as modules from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { isMainThread } from "node:worker_threads";
import { RECORDING } from "./recording-protocol.ts";

/** What takes long to load, and does nothing else when it is loaded: by the name in an import, and by the folder of a package. */
const LIBRARY = {
  specifier: /^(?:aws-cdk-lib|constructs|fanfare|@aws-cdk\/[^/]+)(?:\/|$)/,
  url: /\/node_modules\/(?:aws-cdk-lib|constructs|fanfare|@aws-cdk\/[^/]+)\//,
} as const;

const { [RECORDING.sources]: sourcesFile, [RECORDING.libraries]: librariesFile } = process.env;
if (sourcesFile !== undefined && isMainThread && typeof modules.registerHooks === "function") {
  const [, main] = process.argv;
  const sources = new Set(main === undefined ? [] : [pathToFileURL(main).href]);
  const libraries = new Set<string>();
  modules.registerHooks({
    resolve(specifier, context, next) {
      const resolved = next(specifier, context);
      if (resolved.url.startsWith("file:")) {
        if (!resolved.url.includes("/node_modules/")) {
          sources.add(resolved.url);
        }
        if (LIBRARY.specifier.test(specifier) || LIBRARY.url.test(resolved.url)) {
          libraries.add(fileURLToPath(resolved.url));
        }
      }
      return resolved;
    },
  });
  process.once("exit", () => {
    // Several processes may write, for instance those of a shell's command.
    appendFileSync(sourcesFile, linesOf(sources));
    if (librariesFile !== undefined && libraries.size > 0) {
      writeFileSync(librariesFile, linesOf(libraries));
    }
  });
}

function linesOf(values: ReadonlySet<string>): string {
  return [...values, ""].join("\n");
}
