import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, posix, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const SOURCES = ["lib", "infra", "lambdas"];

/** Longest source in lines; a longer one has more than one job. */
const MAX_LINES = 300;

/** Files that may be longer, with the reason. */
const LONG_FILES: Readonly<Record<string, string>> = {};

/**
 * Which folders of Fanfare a folder may import. The order is that of the arrows: what stands lower knows what stands higher.
 * `*` takes in whatever is in the folder.
 */
const LEAVES = ["lib/std", "lib/errors", "lib/names", "lib/clock"];
const BOTTOM = [...LEAVES, "lib/batch", "lib/aws"];
const RUNTIME = [...BOTTOM, "lib/contract", "lib/wire", "lib/payload", "lib/idempotency", "lib/circuit"];
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  "lib/errors": [],
  "lib/names": [],
  "lib/clock": [],
  "lib/std": [],
  "lib/aws": LEAVES,
  "lib/batch": ["lib/clock", "lib/std"],
  "lib/contract": ["lib/errors", "lib/names", "lib/std"],
  "lib/wire": [...LEAVES, "lib/contract"],
  "lib/payload": [...LEAVES, "lib/aws", "lib/wire"],
  "lib/idempotency": [...LEAVES, "lib/aws"],
  "lib/circuit": [...LEAVES, "lib/aws"],
  "lib/publish": [...BOTTOM, "lib/contract", "lib/wire", "lib/payload"],
  "lib/consume": [...RUNTIME],
  "lib/ops": [...BOTTOM, "lib/contract", "lib/wire", "lib/payload"],
  "lib/plan": ["lib/errors"],
  "lib/local": LEAVES,
  "lib/testing": [...RUNTIME, "lib/publish", "lib/consume", "lib/local"],
  "lib/console": [...BOTTOM, "lib/contract", "lib/wire", "lib/payload", "lib/ops", "lib/local"],
  "lib/cli": [...BOTTOM, "lib/contract", "lib/wire", "lib/payload", "lib/ops", "lib/plan", "lib/local", "lib/console"],
  /** lib/index.ts, the package's own door. */
  lib: [...RUNTIME, "lib/publish", "lib/consume"],
  "infra/constructs": ["lib/contract", "lib/names", "lib/errors"],
  "infra/stacks": ["infra/constructs", "lambdas"],
  "infra/demo": ["infra/constructs", "infra/stacks", "lambdas", "lib", "lib/local", "lib/testing", "lib/ops"],
  /** infra/app.ts. */
  infra: ["infra/constructs", "infra/stacks"],
  lambdas: ["lib"],
};

/** Folders of entry points, each file a thing of its own: there is no door. */
const OPEN = ["lambdas", "infra/stacks"];

/** Folders whose parts are products of their own: each part's index.ts is a door too. */
const WITH_SIDE_DOORS = ["lib/local"];

interface Import {
  /** Paths from the root, with slashes. */
  readonly from: string;
  readonly to: string;
  readonly line: number;
}

function sources(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .sort();
}

/** `from "x"`, `import "x"`, `import("x")`: the formatter leaves no other spelling. */
const IMPORT = /(?:\bfrom\s*|\bimport\s*\(?\s*)"([^"\n]+)"/g;

/** Comments may quote imports. */
function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, (comment) => comment.replace(/[^\n]/g, " "));
}

/** The package's own names, which the reference app imports as its users do. */
const OWN_NAMES: Readonly<Record<string, string>> = {
  fanfare: "lib/index.ts",
  "fanfare/infra": "infra/constructs/index.ts",
  "fanfare/testing": "lib/testing/index.ts",
};

function importsOf(file: string): Import[] {
  const text = withoutComments(readFileSync(join(ROOT, file), "utf8"));
  return [...text.matchAll(IMPORT)].flatMap((match) => {
    const specifier = match[1] ?? "";
    const to = specifier.startsWith(".") ? posix.join(posix.dirname(file), specifier) : OWN_NAMES[specifier];
    return to === undefined ? [] : [{ from: file, to, line: text.slice(0, match.index).split("\n").length }];
  });
}

/** The folder of the table that a file is in. */
function folderOf(file: string): string {
  const parts = file.split("/");
  if (parts[0] === "lambdas") return "lambdas";
  return parts.length === 2 ? (parts[0] ?? "") : parts.slice(0, 2).join("/");
}

const FILES = SOURCES.flatMap(sources);
const IMPORTS = FILES.flatMap(importsOf);
const CROSSING = IMPORTS.filter(({ from, to }) => folderOf(from) !== folderOf(to));

const show = ({ from, to, line }: Import, rule: string) => `${from}:${line} imports ${to}: ${rule}`;

/** Whether an import goes past the door of a folder that it enters. */
function passesDoor({ from, to }: Import): boolean {
  if (posix.basename(to) === "index.ts") return false;
  let entered = posix.dirname(to);
  // A folder's own files, and those of the folders around it, are not entered.
  while (entered !== "." && !from.startsWith(`${entered}/`)) {
    if (existsSync(join(ROOT, entered, "index.ts"))) return true;
    entered = posix.dirname(entered);
  }
  return false;
}

describe("the sources", () => {
  it("are found, and their imports with them", () => {
    expect(FILES.length).toBeGreaterThan(100);
    expect(IMPORTS.length).toBeGreaterThan(300);
    expect(FILES).toContain("lib/contract/event.ts");
    const publishes = IMPORTS.filter(({ from }) => from === "lib/publish/publisher.ts").map(({ to }) => to);
    expect(publishes).toEqual(expect.arrayContaining(["lib/contract/index.ts", "lib/publish/compose.ts"]));
  });

  it("import only files that exist, with their ending", () => {
    const broken = IMPORTS.filter(({ to }) => !existsSync(join(ROOT, to)));
    expect(broken.map((each) => show(each, "no such file"))).toEqual([]);
  });

  it("are at most 300 lines long", () => {
    const long = FILES.map((file) => ({
      file,
      lines: readFileSync(join(ROOT, file), "utf8").trimEnd().split("\n").length,
    }))
      .filter(({ file, lines }) => lines > MAX_LINES && LONG_FILES[file] === undefined)
      .map(({ file, lines }) => `${file} has ${lines} lines, at most ${MAX_LINES}: split it by job`);
    expect(long).toEqual([]);
  });

  it("has no exceptions that are not needed any more", () => {
    const needed = (file: string) =>
      existsSync(join(ROOT, file)) && readFileSync(join(ROOT, file), "utf8").trimEnd().split("\n").length > MAX_LINES;
    expect(Object.keys(LONG_FILES).filter((file) => !needed(file))).toEqual([]);
  });
});

describe("the folders", () => {
  it("are all in the table of who may import whom", () => {
    const unknown = [...new Set(FILES.map(folderOf))].filter((folder) => ALLOWED[folder] === undefined);
    expect(unknown.map((folder) => `${folder} is not in ALLOWED: add it with what it may import`)).toEqual([]);
  });

  it("import only what stands above them", () => {
    const wrong = CROSSING.filter(({ from, to }) => !ALLOWED[folderOf(from)]?.includes(folderOf(to)));
    expect(
      wrong.map((each) =>
        show(
          each,
          `${folderOf(each.from)} may import only ${ALLOWED[folderOf(each.from)]?.join(", ") || "nothing of ours"}`,
        ),
      ),
    ).toEqual([]);
  });

  it("make no circle in the table", () => {
    const reachable = (folder: string, seen = new Set<string>()): Set<string> => {
      for (const next of ALLOWED[folder] ?? []) {
        if (!seen.has(next)) reachable(next, seen.add(next));
      }
      return seen;
    };
    expect(Object.keys(ALLOWED).filter((folder) => reachable(folder).has(folder))).toEqual([]);
  });

  it("are entered through their index.ts only", () => {
    const aside = IMPORTS.filter((each) => passesDoor(each) && !OPEN.includes(folderOf(each.to)));
    expect(aside.map((each) => show(each, "import the folder's index.ts"))).toEqual([]);
    const deep = CROSSING.filter(({ to }) => {
      const folder = folderOf(to);
      const isDoor = to === `${folder}/index.ts`;
      return !isDoor && !OPEN.includes(folder) && !WITH_SIDE_DOORS.includes(folder);
    });
    expect(deep.map((each) => show(each, `import ${folderOf(each.to)}/index.ts`))).toEqual([]);
  });

  it("keep to these rules", () => {
    const importersOf = (folder: string) =>
      Object.entries(ALLOWED).flatMap(([name, allowed]) => (allowed.includes(folder) ? [name] : []));
    expect(importersOf("lib/cli")).toEqual([]);
    expect(importersOf("lib/console")).toEqual(["lib/cli"]);
    expect(ALLOWED["lib/local"]).toEqual(LEAVES);
    expect(importersOf("lib/publish")).not.toContain("lib/consume");
    expect(importersOf("lib/consume")).not.toContain("lib/publish");
  });
});

describe("packages", () => {
  const PACKAGE = /(?:\bfrom\s*|\bimport\s*\(?\s*)"([^".\n][^"\n]*)"/g;
  const named = (file: string) =>
    [...withoutComments(readFileSync(join(ROOT, file), "utf8")).matchAll(PACKAGE)].map((match) => match[1] ?? "");
  const nameOf = (specifier: string) =>
    specifier
      .split("/")
      .slice(0, specifier.startsWith("@") ? 2 : 1)
      .join("/");

  it("that the library imports are dependencies, and not only for development", () => {
    const manifest = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
    const declared = new Set(
      ["dependencies", "optionalDependencies", "peerDependencies"].flatMap((kind) => Object.keys(manifest[kind] ?? {})),
    );
    const published = FILES.filter((file) => file.startsWith("lib/") || file.startsWith("infra/constructs/"));
    const missing = published.flatMap((file) =>
      named(file)
        .filter((name) => !name.startsWith("node:") && nameOf(name) !== manifest.name && !declared.has(nameOf(name)))
        .map((name) => `${file} imports ${name}, which package.json does not list`),
    );
    expect(missing).toEqual([]);
  });

  it("for the cloud are not known to the local engine, which is pure", () => {
    const impure = FILES.filter((file) => file.startsWith("lib/local/engine/")).flatMap((file) =>
      named(file)
        .filter((name) => /^node:(?!crypto$|buffer$|net$|util$|zlib$)/.test(name))
        .map((name) => `${file} imports ${name}: the engine does no input or output`),
    );
    expect(impure).toEqual([]);
  });

  it("of the CDK are for infra only", () => {
    const wrong = FILES.filter((file) => !file.startsWith("infra/") && !file.startsWith("lib/cli/")).flatMap((file) =>
      named(file)
        .filter((name) => ["aws-cdk-lib", "constructs"].includes(nameOf(name)))
        .map((name) => `${file} imports ${name}`),
    );
    expect(wrong).toEqual([]);
  });
});
