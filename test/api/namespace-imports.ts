import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const TYPE_OF_MODULE = /typeof import\("([^"]+)"\)/g;

/** API Extractor cannot read `typeof import("./x.js")`. This says the same with a named import. */
function withNamedImports(declaration: string): string {
  const names = new Map<string, string>();
  const body = declaration.replace(TYPE_OF_MODULE, (_, module: string) => {
    const name = names.get(module) ?? `module${names.size + 1}`;
    names.set(module, name);
    return `typeof ${name}`;
  });
  const imports = [...names].map(([module, name]) => `import type * as ${name} from "${module}";\n`);
  return imports.join("") + body;
}

/** Rewrites `typeof import("./x.js")` in every declaration under `folder`, in place. `folder` holds generated files only. */
export function nameModuleTypes(folder: string): void {
  const declarations = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile() && entry.name.endsWith(".d.ts"),
  );
  for (const entry of declarations) {
    const path = join(entry.parentPath, entry.name);
    const text = readFileSync(path, "utf8");
    const rewritten = withNamedImports(text);
    if (rewritten !== text) {
      writeFileSync(path, rewritten);
    }
  }
}
