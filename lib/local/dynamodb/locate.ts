import { accessSync, constants } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, dirname, join } from "node:path";

/**
 * The native emulator: first the optional dependency for this platform (`@dynoxide/linux-x64`), then `dynoxide` on the
 * PATH. Undefined when there is none.
 */
export function locateDynoxide(
  searchPath: string = process.env.PATH ?? "",
  packaged: string | undefined = platformPackage(),
): string | undefined {
  const name = process.platform === "win32" ? "dynoxide.exe" : "dynoxide";
  const candidates = searchPath
    .split(delimiter)
    .filter((directory) => directory !== "")
    .map((directory) => join(directory, name));
  return [...(packaged === undefined ? [] : [join(packaged, name)]), ...candidates].find(isExecutable);
}

function platformPackage(): string | undefined {
  const require = createRequire(import.meta.url);
  try {
    return dirname(require.resolve(`@dynoxide/${process.platform}-${process.arch}/package.json`));
  } catch {
    return undefined;
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
