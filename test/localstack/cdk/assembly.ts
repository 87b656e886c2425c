import { createHash } from "node:crypto";
import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { StackOutputs } from "./cli.ts";
import { cutTemplate, type Halves } from "./halves.ts";
import { type JsonObject, objectOf, readJson, writeJson } from "./json.ts";
import { type AssemblyStack, stacksOf } from "./stacks.ts";

/** A cloud assembly in two halves; see {@link Halves}. */
export interface AssemblyHalves {
  /** Folder of the half that the CDK CLI deploys. */
  readonly deployed: string;
  readonly left: Halves["left"];
  /** Writes the half for this machine into a folder. */
  writeLocal(folder: string, outputs: StackOutputs): void;
}

/** Cuts every stack of a cloud assembly and writes the half that is deployed into a folder. */
export function cutAssembly(assembly: string, folder: string, localTypes: ReadonlySet<string>): AssemblyHalves {
  const cut = stacksOf(assembly).map((stack) => ({
    stack,
    halves: cutTemplate(readJson(join(assembly, stack.templateFile)), localTypes),
  }));
  copyAssembly(
    assembly,
    folder,
    cut.map(({ stack, halves }) => ({ stack, template: halves.deployed })),
  );
  return {
    deployed: folder,
    left: cut.flatMap(({ halves }) => halves.left),
    writeLocal: (target, outputs) =>
      copyAssembly(
        assembly,
        target,
        cut.map(({ stack, halves }) => ({ stack, template: halves.local(outputs[stack.name] ?? {}) })),
      ),
  };
}

/** A copy of an assembly with every template changed. */
export function changeAssembly(assembly: string, folder: string, change: (template: JsonObject) => JsonObject): void {
  const changed = stacksOf(assembly).map((stack) => ({
    stack,
    template: change(readJson(join(assembly, stack.templateFile))),
  }));
  copyAssembly(assembly, folder, changed);
}

/** Copies an assembly and puts other templates into it. A template is an asset, named by its content. */
function copyAssembly(
  source: string,
  target: string,
  templates: readonly { readonly stack: AssemblyStack; readonly template: JsonObject }[],
): void {
  cpSync(source, target, { recursive: true });
  for (const { stack, template } of templates) {
    const before = templateHash(join(source, `${stack.id}.assets.json`), stack.templateFile);
    writeJson(join(target, stack.templateFile), template);
    const after = createHash("sha256").update(JSON.stringify(template)).digest("hex");
    for (const file of readdirSync(target).filter(
      (name) => name.endsWith(".assets.json") || name === "manifest.json",
    )) {
      const path = join(target, file);
      writeFileSync(path, readFileSync(path, "utf8").replaceAll(before, after));
    }
  }
}

function templateHash(assetsFile: string, templateFile: string): string {
  const files = Object.entries(objectOf(readJson(assetsFile).files));
  const found = files.find(([, asset]) => objectOf(objectOf(asset).source).path === templateFile);
  if (found === undefined) {
    throw new Error(`${assetsFile} has no asset ${templateFile}`);
  }
  return found[0];
}
