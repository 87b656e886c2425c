import { existsSync, realpathSync } from "node:fs";
import { sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { OnResolveResult, Plugin } from "esbuild";

/** What the imports of the runtime's clients are called in the survey: `fanfare-sdk:aws/s3.ts`. */
const SURVEYED = "fanfare-sdk:";

/**
 * The imports of AWS SDK clients in a bundle, which is made in two runs of esbuild, and again in one.
 *
 * In the first run, the survey, all clients are external. Then `found()` is told what the bundle reaches, and in the second run the
 * clients of the user's own code are bundled as they are, and those of the runtime so that they are tree-shakable. The runtime imports
 * a client only when it is first needed, by `import("@aws-sdk/client-s3")`; esbuild would then bundle every command of the client.
 * Therefore a module of the runtime that exports only what it uses takes the place of the package: see {@link namedExportsFor}.
 */
export class SdkImports {
  readonly #leaveOut: boolean;
  /** Clients that the user's own code imports. */
  #usersOwn: ReadonlySet<string> = new Set();
  /** Those that were met in this run and in the one before; also those that other clients import. */
  #met = new Set<string>();
  #metBefore: ReadonlySet<string> = new Set();
  /** What took the place of the clients that the bundle reaches. */
  readonly #used = new Set<string>();
  /** Modules of the runtime whose client the bundle reaches, by their names in the survey; undefined during the survey. */
  #reached: ReadonlySet<string> | undefined;

  /** @param options.leaveOut whether to leave out the clients whose work the lean client does, unless the user's code imports them too */
  constructor(options: { readonly leaveOut: boolean }) {
    this.#leaveOut = options.leaveOut;
  }

  /** The plugin for all runs. */
  get plugin(): Plugin {
    return {
      name: "fanfare-named-sdk",
      setup: ({ onResolve }) => {
        onResolve({ filter: /^@aws-sdk\/client-/ }, ({ path: client, kind, importer }) => {
          const isUsersOwn = !importer.startsWith(RUNTIME);
          if (isUsersOwn) {
            this.#met.add(client);
          }
          if (this.#reached === undefined) {
            return { path: isUsersOwn ? client : surveyedName(importer), external: true };
          }
          return isUsersOwn || kind !== "dynamic-import" ? undefined : this.#resolve(client, importer);
        });
      },
    };
  }

  /** Whether there was a survey. */
  get isSurveyed(): boolean {
    return this.#reached !== undefined;
  }

  beginSurvey(): void {
    this.#reached = undefined;
    this.#met = new Set();
    this.#used.clear();
  }

  /**
   * Ends the survey.
   *
   * @param imported the external modules that the bundle imports
   * @returns whether the bundle needs a client; if it does not, the survey's result is the bundle
   */
  found(imported: readonly string[]): boolean {
    this.#reached = new Set(imported.filter((path) => path.startsWith(SURVEYED)));
    this.#usersOwn = this.#met;
    this.#met = new Set();
    return this.#reached.size > 0 || this.#usersOwn.size > 0;
  }

  /** Begins a run that takes over what the last survey found, and meets the same clients as the run before. */
  beginAgain(): void {
    this.#metBefore = this.#met;
    this.#met = new Set();
  }

  /**
   * Ends such a run.
   *
   * @param reached the external modules and the absolute paths of the sources that the bundle imports
   * @returns whether a survey would find the same; if it would not, the result is no bundle
   */
  foundTheSame(reached: ReadonlySet<string>): boolean {
    const areMetAgain =
      this.#met.size === this.#metBefore.size && [...this.#met].every((each) => this.#metBefore.has(each));
    const areUsedAgain = [...this.#used].every((path) => reached.has(path));
    return areMetAgain && areUsedAgain && ![...reached].some((path) => path.startsWith(SURVEYED));
  }

  #resolve(client: string, importer: string): OnResolveResult {
    const isServedLean = this.#leaveOut && HAVE_LEAN_CLIENT.test(importer) && !this.#usersOwn.has(client);
    const isReached = this.#reached?.has(surveyedName(importer)) === true;
    const path = namedExportsFor(importer);
    if (!isReached) {
      // Shows if a bundle that is made again reaches it after all.
      return { path: surveyedName(importer), external: true };
    }
    // Operators' tools use whole clients, and no handler uses the tools; esbuild would follow their imports all the same.
    const found = !isServedLean && path !== importer && existsSync(path) ? { path } : { path: client, external: true };
    this.#used.add(found.path);
    return found;
  }
}

/** The modules of the runtime that can do without the SDK's client. */
const HAVE_LEAN_CLIENT = /[\\/]aws[\\/](?:dynamodb|settling-sqs)\.(?:ts|js)$/;

/** The directory of the runtime, as esbuild names it: without symbolic links. */
export const RUNTIME = realpathSync(fileURLToPath(new URL("../../../lib", import.meta.url))) + sep;

/** The extension and separators differ between sources, package and systems, and must not show in a bundle. */
function surveyedName(importer: string): string {
  return `${SURVEYED}${importer.slice(RUNTIME.length).replaceAll(sep, "/")}`;
}

/** Returns the path of the module with the named exports: `s3-store.sdk.ts` for an import in `s3-store.ts`. */
function namedExportsFor(importer: string): string {
  return importer.replace(/\.(ts|js)$/, ".sdk.$1");
}
