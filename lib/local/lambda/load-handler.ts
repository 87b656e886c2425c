import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { FunctionError } from "./messages.ts";

/** A handler of any of the signatures that Lambda's Node.js runtimes know. */
export type Handler = (
  event: unknown,
  context: unknown,
  callback?: (error: unknown, result?: unknown) => void,
) => unknown;

/** Why a handler could not be loaded, in Lambda's terms. */
export class HandlerLoadError extends Error {
  readonly functionError: FunctionError;

  constructor(errorType: string, errorMessage: string) {
    super(errorMessage);
    this.name = errorType;
    this.functionError = { errorType, errorMessage };
  }
}

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
  const module: unknown = await import(pathToFileURL(found).href);
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
