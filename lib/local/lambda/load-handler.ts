import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { HandlerLoadError } from "./handler-load-error.ts";
import { isCommonJs } from "./module-hooks.ts";

/** A handler of any of the signatures that Lambda's Node.js runtimes know. */
export type Handler = (
  event: unknown,
  context: unknown,
  callback?: (error: unknown, result?: unknown) => void,
) => unknown;

/** The order in which Lambda's Node.js runtime looks for the file of `index.handler`. */
const EXTENSIONS = ["", ".js", ".mjs", ".cjs"];

/** Loads `file.export` from the directory of a bundle. @throws HandlerLoadError; what the module throws */
export async function loadHandler(directory: string, handler: string): Promise<Handler> {
  const exported = await loadExport(directory, handler);
  return (...parameters) => Reflect.apply(exported, undefined, parameters);
}

/**
 * Loads the function `file.export` (the file may lie in a folder, the export may be nested) as it is, with its properties.
 *
 * @throws HandlerLoadError; what the module throws
 */
export async function loadExport(directory: string, handler: string): Promise<(...parameters: unknown[]) => unknown> {
  const folder = dirname(handler);
  const [file = "", ...path] = handler.slice(folder === "." ? 0 : folder.length + 1).split(".");
  if (file === "" || path.length === 0) {
    throw new HandlerLoadError("Runtime.MalformedHandlerName", `Bad handler ${handler}`);
  }
  const stem = join(directory, folder, file);
  const found = EXTENSIONS.map((extension) => stem + extension).find((name) => existsSync(name));
  if (found === undefined) {
    throw new HandlerLoadError("Runtime.ImportModuleError", `Error: Cannot find module '${file}' in ${directory}`);
  }
  const url = pathToFileURL(found).href;
  // As Lambda does: what is CommonJS is required, so that it is loaded as such whatever the project around it says.
  const module: unknown = isCommonJs(url, directory) ? createRequire(url)(found) : await import(url);
  const exported = pick(module, path) ?? pick(pick(module, ["default"]), path);
  if (typeof exported !== "function") {
    throw new HandlerLoadError("Runtime.HandlerNotFound", `${handler} is undefined or not exported`);
  }
  return exported as (...parameters: unknown[]) => unknown;
}

function pick(value: unknown, path: readonly string[]): unknown {
  let current = value;
  for (const name of path) {
    if ((typeof current !== "object" && typeof current !== "function") || current === null) {
      return undefined;
    }
    current = Reflect.get(current, name);
  }
  return current;
}
