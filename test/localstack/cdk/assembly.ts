import { createHash } from "node:crypto";
import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cutTemplate, type Halves } from "./halves.ts";
import { type JsonObject, objectOf, readJson, writeJson } from "./json.ts";

/** The one stack of the suite's app. */
export const STACK_ID = "Trial";

const TEMPLATE = `${STACK_ID}.template.json`;

/** A cloud assembly in two halves; see {@link Halves}. */
export interface AssemblyHalves {
  /** Folder of the half that the CDK CLI deploys. */
  readonly deployed: string;
  readonly left: Halves["left"];
  /** Writes the half for this machine into a folder. */
  writeLocal(folder: string, outputs: Readonly<Record<string, string>>): void;
}

/** The account that an assembly is for, as the CDK CLI found it with the credentials. */
export function accountOf(assembly: string): string {
  const artifacts = objectOf(readJson(join(assembly, "manifest.json")).artifacts);
  const environment = String(objectOf(artifacts[STACK_ID]).environment);
  const account = /^aws:\/\/(\d{12})\//.exec(environment)?.[1];
  if (account === undefined) throw new Error(`the assembly names no account: ${environment}`);
  return account;
}

/** Cuts the stack of a cloud assembly and writes the half that is deployed into a folder. */
export function cutAssembly(assembly: string, folder: string, localTypes: ReadonlySet<string>): AssemblyHalves {
  const halves = cutTemplate(readJson(join(assembly, TEMPLATE)), localTypes);
  writeAssembly(assembly, folder, halves.deployed);
  return {
    deployed: folder,
    left: halves.left,
    writeLocal: (target, outputs) => writeAssembly(assembly, target, halves.local(outputs)),
  };
}

/** A copy of an assembly with another template. The template is an asset, named by its content. */
function writeAssembly(source: string, target: string, template: JsonObject): void {
  cpSync(source, target, { recursive: true });
  const before = templateHash(join(source, `${STACK_ID}.assets.json`));
  writeJson(join(target, TEMPLATE), template);
  const after = createHash("sha256").update(JSON.stringify(template)).digest("hex");
  for (const file of readdirSync(target).filter((name) => name.endsWith(".assets.json") || name === "manifest.json")) {
    const path = join(target, file);
    writeFileSync(path, readFileSync(path, "utf8").replaceAll(before, after));
  }
}

function templateHash(assetsFile: string): string {
  const files = Object.entries(objectOf(readJson(assetsFile).files));
  const found = files.find(([, asset]) => objectOf(objectOf(asset).source).path === TEMPLATE);
  if (found === undefined) throw new Error(`${assetsFile} has no asset ${TEMPLATE}`);
  return found[0];
}
