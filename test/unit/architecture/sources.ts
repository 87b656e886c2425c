import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, posix, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { FOLDERS } from "./rules.ts";

export const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

/** The package's own names, which the reference app imports as users do. */
const OWN_NAMES: Readonly<Record<string, string>> = {
  fanfare: "lib/index.ts",
  "fanfare/infra": "infra/constructs/index.ts",
  "fanfare/testing": "lib/testing/index.ts",
};

/** `from "x"`, `import "x"`, `import("x")`, for types too: the formatter leaves no other spelling. */
const IMPORT = /(?:\bfrom\s*|\bimport\s*\(?\s*)"([^"\n]+)"/g;

export interface Import {
  /** Paths from the root, with slashes. */
  readonly from: string;
  readonly to: string;
  readonly line: number;
}

export const exists = (path: string): boolean => existsSync(join(ROOT, path));
export const read = (path: string): string => readFileSync(join(ROOT, path), "utf8");
export const linesOf = (path: string): number => read(path).trimEnd().split("\n").length;

function sources(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .sort();
}

/** Comments may quote imports. Lines stay where they are. */
function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, (comment) => comment.replace(/[^\n]/g, " "));
}

function specifiersOf(file: string): { specifier: string; line: number }[] {
  const text = withoutComments(read(file));
  return [...text.matchAll(IMPORT)].map((match) => ({
    specifier: match[1] ?? "",
    line: text.slice(0, match.index).split("\n").length,
  }));
}

function importsOf(file: string): Import[] {
  return specifiersOf(file).flatMap(({ specifier, line }) => {
    const to = specifier.startsWith(".") ? posix.join(posix.dirname(file), specifier) : OWN_NAMES[specifier];
    return to === undefined ? [] : [{ from: file, to, line }];
  });
}

/** Packages that a file imports, with their subpaths. */
export function packagesOf(file: string): string[] {
  return specifiersOf(file)
    .map(({ specifier }) => specifier)
    .filter((specifier) => !specifier.startsWith(".") && OWN_NAMES[specifier] === undefined);
}

/** The folder of the table that a file is in. */
export function folderOf(file: string): string {
  const parts = file.split("/");
  if (parts[0] === "lambdas") {
    return "lambdas";
  }
  return parts.length === 2 ? (parts[0] ?? "") : parts.slice(0, 2).join("/");
}

/** Folders directly in `folder` that have a door. */
export function roomsIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && exists(`${folder}/${entry.name}/index.ts`))
    .map((entry) => entry.name);
}

/** Every file and folder directly in `folder`. */
export const entriesOf = (folder: string): string[] => readdirSync(join(ROOT, folder)).sort();

/** An import that breaks a rule, as a line that says what to do. */
export const show = ({ from, to, line }: Import, rule: string): string => `${from}:${line} imports ${to}: ${rule}`;

export const FILES = ["lib", "infra", "lambdas"].flatMap(sources);
export const IMPORTS = FILES.flatMap(importsOf);
export const CROSSING = IMPORTS.filter(({ from, to }) => folderOf(from) !== folderOf(to));
export const EXISTING_FOLDERS = Object.keys(FOLDERS).filter((folder) =>
  FILES.some((file) => folderOf(file) === folder),
);
