/**
 * Loaded into the process of an app that is synthesised, before its own modules: writes which modules the process loads. Which
 * changes need a new synthesis is known from that. Versions of Node.js without synchronous hooks write nothing.
 */
import { appendFileSync } from "node:fs";
import * as modules from "node:module";
import { pathToFileURL } from "node:url";
import { isMainThread } from "node:worker_threads";
import { SOURCES_FILE } from "./sources-file.ts";

const file = process.env[SOURCES_FILE];
if (file !== undefined && isMainThread && typeof modules.registerHooks === "function") {
  const [, main] = process.argv;
  const loaded = new Set(main === undefined ? [] : [pathToFileURL(main).href]);
  modules.registerHooks({
    resolve(specifier, context, next) {
      const resolved = next(specifier, context);
      if (resolved.url.startsWith("file:") && !resolved.url.includes("/node_modules/")) {
        loaded.add(resolved.url);
      }
      return resolved;
    },
  });
  process.once("exit", () => {
    // Several processes may write, for instance those of a shell's command.
    appendFileSync(file, [...loaded, ""].join("\n"));
  });
}
