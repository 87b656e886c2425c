import { fileURLToPath } from "node:url";

/**
 * The path of a script beside the module with the given URL, for starting it in an own process. Node
 * runs the sources as they are, so the script ends in `.ts` there and in `.js` in the built package.
 */
export function ownScript(moduleUrl: string, name: string): string {
  const extension = moduleUrl.endsWith(".ts") ? "ts" : "js";
  return fileURLToPath(new URL(`./${name}.${extension}`, moduleUrl));
}
