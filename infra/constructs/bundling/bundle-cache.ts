import { createHash, randomUUID } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { mkdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, sep } from "node:path";
import { LOCAL_SYNTHESIS } from "../../../lib/names/index.ts";
import type { FilePrints } from "./file-prints.ts";

/** A bundle as it is stored. */
export interface StoredBundle {
  readonly files: readonly { readonly name: string; readonly contents: Uint8Array }[];
  /** Absolute paths of the modules that it was made of. */
  readonly inputs: readonly string[];
}

/** What decides whether a stored bundle is still that of its sources. */
interface Index {
  /** Modification time in milliseconds and size of each input. */
  readonly inputs: Readonly<Record<string, string>>;
  readonly files: readonly string[];
}

/** The file with the {@link Index}. No file of a bundle has this name: those of modules end in `.mjs`. */
const INDEX = "fanfare-index.json";

/** How many bundles are stored: more than an app has. The oldest are removed. */
const MAX_STORED = 200;

/**
 * Bundles in a folder, by what was asked for. For local runs only: a stored bundle is taken while none of its inputs has another
 * modification time or size. What it cannot see is a new file that an import would now find first.
 */
export class BundleCache {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Returns the cache that the local runtime, which synthesises, asks for. */
  static ofThisSynthesis(): BundleCache | undefined {
    const folder = process.env[LOCAL_SYNTHESIS.cache];
    return folder === undefined ? undefined : new BundleCache(folder);
  }

  /** Returns the bundle that was stored for `job`; `undefined` if there is none, or if one of its inputs has changed. */
  get(job: unknown, prints: FilePrints): StoredBundle | undefined {
    const folder = this.#folderOf(job);
    try {
      const { inputs, files }: Index = JSON.parse(readFileSync(join(folder, INDEX), "utf8"));
      const isCurrent = Object.entries(inputs).every(([path, print]) => prints.of(path) === print);
      return isCurrent
        ? {
            inputs: Object.keys(inputs),
            files: files.map((name) => ({ name, contents: readFileSync(join(folder, name)) })),
          }
        : undefined;
    } catch {
      // Nothing is stored, or another process is just replacing it.
      return undefined;
    }
  }

  /**
   * Stores a bundle in place of the one that was stored for `job`. A folder that cannot be written costs time, nothing else.
   *
   * @param inputs what the bundle was made of, see {@link printsOf}
   */
  async put(job: unknown, files: StoredBundle["files"], inputs: Index["inputs"]): Promise<void> {
    const made = join(this.#folder, `making-${randomUUID()}`);
    try {
      const folder = this.#folderOf(job);
      const index: Index = { inputs, files: files.map(({ name }) => name) };
      await mkdir(made, { recursive: true });
      await Promise.all(files.map(({ name, contents }) => writeFile(join(made, name), contents)));
      await writeFile(join(made, INDEX), JSON.stringify(index));
      await rm(folder, { recursive: true, force: true });
      await rename(made, folder);
      await this.#removeOldest();
    } catch {
      await rm(made, { recursive: true, force: true }).catch(() => {});
    }
  }

  #folderOf(job: unknown): string {
    return join(this.#folder, sha256(`${bundlerPrint()}\n${JSON.stringify(job)}`));
  }

  async #removeOldest(): Promise<void> {
    const names = readdirSync(this.#folder);
    if (names.length > MAX_STORED) {
      const ages = await Promise.all(
        names.map(async (name) => ({ name, time: (await stat(join(this.#folder, name))).mtimeMs })),
      );
      const oldest = ages.sort((left, right) => left.time - right.time).slice(0, names.length - MAX_STORED);
      await Promise.all(oldest.map(({ name }) => rm(join(this.#folder, name), { recursive: true, force: true })));
    }
  }
}

/** The prints of a bundle's inputs, and of the settings that decide on them. What changes later makes the stored bundle an old one. */
export function printsOf(inputs: readonly string[], prints: FilePrints): Index["inputs"] {
  return Object.fromEntries([...inputs, ...settingsOf(inputs, prints)].map((path) => [path, prints.of(path)]));
}

/** Writes the files of a bundle to a folder, which is made. */
export function writeBundle({ files }: StoredBundle, folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const { name, contents } of files) {
    writeFileSync(join(folder, name), contents);
  }
}

/** Returns the inputs of a bundle that are the user's own. */
export function sourcesOf({ inputs }: StoredBundle): string[] {
  return inputs.filter((path) => !path.split(sep).includes("node_modules"));
}

/** `package.json` and `tsconfig.json` decide which file an import finds, and how it is compiled. */
function settingsOf(inputs: readonly string[], prints: FilePrints): readonly string[] {
  const folders = new Set<string>();
  for (const input of inputs) {
    for (let folder = dirname(input); !folders.has(folder); folder = dirname(folder)) {
      folders.add(folder);
    }
  }
  return [...folders]
    .flatMap((folder) => [join(folder, "package.json"), join(folder, "tsconfig.json")])
    .filter((path) => prints.exists(path));
}

let ownPrint: string | undefined;

/** Changes with esbuild and with the code of this folder. */
function bundlerPrint(): string {
  if (ownPrint === undefined) {
    const { version } = createRequire(import.meta.url)("esbuild/package.json");
    const folder = import.meta.dirname;
    const sources = readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8"));
    ownPrint = sha256([version, ...sources].join("\n"));
  }
  return ownPrint;
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
