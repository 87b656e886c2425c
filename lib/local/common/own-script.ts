import { fileURLToPath } from "node:url";

/**
 * The path of a script that lies beside the module with the given URL, for starting it in a process of its own. Node
 * runs the sources as they are, so the script ends in `.ts` there and in `.js` in the built package.
 */
export function ownScript(moduleUrl: string, name: string): string {
  const extension = moduleUrl.endsWith(".ts") ? "ts" : "js";
  return fileURLToPath(new URL(`./${name}.${extension}`, moduleUrl));
}
