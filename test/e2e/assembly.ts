import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { readCdkProject, synthesize } from "../../lib/local/synthesis/index.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Folder of the reference app's cloud assembly. Tests only read it. */
    assembly: string;
  }
}

/** Where assemblies are kept; ignored by git. */
const CACHE = ".fanfare/assemblies";

/** What the assembly is made of. */
const INPUTS = ["infra", "lambdas", "lib", "cdk.json", "package-lock.json"];

/** Synthesises the reference app once for all end-to-end tests; not at all if its inputs are those of the last run. */
export default async function setup(project: TestProject): Promise<void> {
  const folder = join(CACHE, await hashOfInputs());
  if (!existsSync(folder)) {
    await rm(CACHE, { recursive: true, force: true });
    await mkdir(CACHE, { recursive: true });
    // Under its own name only when it is complete.
    const unfinished = await mkdtemp(join(CACHE, "unfinished-"));
    await synthesize({ ...readCdkProject("."), output: unfinished });
    await rename(unfinished, folder);
  }
  project.provide("assembly", folder);
}

async function hashOfInputs(): Promise<string> {
  const hash = createHash("sha256").update(process.version);
  for (const path of (await Promise.all(INPUTS.map(filesOf))).flat()) {
    hash.update(`\n${path}\n`).update(await readFile(path));
  }
  return hash.digest("hex").slice(0, 16);
}

async function filesOf(input: string): Promise<string[]> {
  if (input.includes(".")) {
    return [input];
  }
  const entries = await readdir(input, { recursive: true, withFileTypes: true });
  return entries.flatMap((entry) => (entry.isFile() ? [join(entry.parentPath, entry.name)] : [])).sort();
}
