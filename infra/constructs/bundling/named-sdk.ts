import { existsSync, realpathSync } from "node:fs";
import { sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { Plugin } from "esbuild";

/**
 * Makes the AWS SDK tree-shakable. The runtime imports a client only when it is first needed, by `import("@aws-sdk/client-s3")`;
 * esbuild would then bundle every command of the client. In bundles, the module that {@link namedExportsFor} finds takes the
 * place of the package: it exports only what the runtime uses. SDK imports in users' code are not changed.
 */
export function namedSdk({ usersOwn, leaveOut }: SdkUse): Plugin {
  return {
    name: "fanfare-named-sdk",
    setup({ onResolve }) {
      onResolve({ filter: /^@aws-sdk\/client-/ }, ({ path: client, kind, importer }) => {
        if (!importer.startsWith(RUNTIME)) {
          usersOwn.add(client);
          return undefined;
        }
        if (kind !== "dynamic-import") {
          return undefined;
        }
        if (leaveOut && HAVE_LEAN_CLIENT.test(importer) && !usersOwn.has(client)) {
          return { path: client, external: true };
        }
        const path = namedExportsFor(importer);
        // Operators' tools use whole clients, and no handler uses the tools; esbuild would follow their imports all the same.
        return path !== importer && existsSync(path) ? { path } : { path: client, external: true };
      });
    },
  };
}

/** Which clients of the SDK a bundle contains. */
export interface SdkUse {
  /** Those that the user's own code imports: filled while bundling. */
  readonly usersOwn: Set<string>;
  /** Whether to leave out the clients whose work the lean client does, unless the user's code imports them too. */
  readonly leaveOut: boolean;
}

/** The modules of the runtime that can do without the SDK's client. */
const HAVE_LEAN_CLIENT = /[\\/]aws[\\/](?:dynamodb|settling-sqs)\.(?:ts|js)$/;

/** The directory of the runtime, as esbuild names it: without symbolic links. */
export const RUNTIME = realpathSync(fileURLToPath(new URL("../../../lib", import.meta.url))) + sep;

/** Returns the path of the module with the named exports: `s3-store.sdk.ts` for an import in `s3-store.ts`. */
function namedExportsFor(importer: string): string {
  return importer.replace(/\.(ts|js)$/, ".sdk.$1");
}
