import { existsSync, realpathSync } from "node:fs";
import { sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { Plugin } from "esbuild";

/**
 * Lets the SDK be shaken. The runtime loads an AWS client when it is first needed, by `import("@aws-sdk/client-s3")` in
 * `s3-store.ts`, which keeps every command of the client in a bundle. Beside it `s3-store.sdk.ts` names what is used; in bundles
 * it takes the package's place. What users import of the SDK themselves is left alone.
 */
export function namedSdk(): Plugin {
  return {
    name: "fanfare-named-sdk",
    setup({ onResolve }) {
      onResolve({ filter: /^@aws-sdk\/client-/ }, ({ kind, importer }) => {
        if (kind !== "dynamic-import" || !importer.startsWith(runtime)) return undefined;
        const path = importer.replace(/\.(ts|js)$/, ".sdk.$1");
        return path !== importer && existsSync(path) ? { path } : undefined;
      });
    },
  };
}

/** The sources of the runtime, as esbuild names them: without symbolic links. */
const runtime = realpathSync(fileURLToPath(new URL("../../lib", import.meta.url))) + sep;
