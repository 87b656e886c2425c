import { existsSync, readFileSync } from "node:fs";
import { createRequire, type LoadFnOutput, registerHooks } from "node:module";
import { dirname, join, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { objectOf, parseJson } from "../../std/index.ts";
import { HandlerLoadError } from "./handler-load-error.ts";

/** What a function's process can load besides the bundle. */
export interface ModuleSources {
  /** The folder of the bundle. */
  readonly taskRoot: string;
  /** Folders of layers. */
  readonly layers: readonly string[];
  /** Folders from which the AWS SDK is looked up, the best first: the project's, then ours. */
  readonly sdk: readonly string[];
}

/** Folders with modules, as the process that starts this one passes them. */
export type ModuleFolders = Pick<ModuleSources, "layers" | "sdk">;

/** Reads the argument of the process: {@link ModuleFolders} as JSON. */
export function readModuleFolders(argument: string | undefined): ModuleFolders {
  const { layers, sdk } = objectOf(parseJson(argument ?? "{}"));
  const texts = (value: unknown): string[] =>
    Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
  return { layers: texts(layers), sdk: texts(sdk) };
}

/** Packages that Lambda's Node.js runtimes contain. Source: AWS Lambda Developer Guide, "Runtime-included SDK versions". */
const OF_THE_RUNTIME = /^(?:@aws-sdk\/|@smithy\/|@aws-crypto\/|aws-sdk(?:\/|$))/;

/** Where a layer may have modules. Source: AWS Lambda Developer Guide, "Layer paths for each Lambda runtime". */
const LAYER_FOLDERS = [`nodejs/node${process.versions.node.split(".")[0]}`, "nodejs"];

/** The module `cfn-response` of ours: Lambda has one for functions with inline code. */
const CFN_RESPONSE = new URL(`./cfn-response-main.${import.meta.url.endsWith(".ts") ? "ts" : "js"}`, import.meta.url);

/** The main file of the SDK's version 2, which does not read `AWS_ENDPOINT_URL`. */
const SDK_2 = /\/aws-sdk\/lib\/aws\.js$/;

/**
 * Makes modules load as on Lambda: `.js` is CommonJS unless a `package.json` in the bundle says otherwise (the project around
 * it does not count), modules come from layers too, and the SDK from the runtime.
 */
export function installModuleHooks(sources: ModuleSources): void {
  let isSearching = false;
  registerHooks({
    resolve(specifier, context, nextResolve) {
      try {
        const resolved = nextResolve(specifier, context);
        return isCommonJs(resolved.url, sources.taskRoot) ? { ...resolved, format: "commonjs" } : resolved;
      } catch (error) {
        if (isSearching || !isPackage(specifier)) {
          throw error;
        }
        if (specifier === "cfn-response") {
          return { url: CFN_RESPONSE.href, shortCircuit: true };
        }
        const isOfRuntime = OF_THE_RUNTIME.test(specifier);
        for (const folder of [...layerFolders(sources.layers), ...(isOfRuntime ? sources.sdk : [])]) {
          const from = join(folder, "any.js");
          isSearching = true;
          try {
            return context.conditions.includes("import")
              ? nextResolve(specifier, { ...context, parentURL: pathToFileURL(from).href })
              : { url: pathToFileURL(createRequire(from).resolve(specifier)).href, shortCircuit: true };
          } catch {
            // The next folder may have it.
          } finally {
            isSearching = false;
          }
        }
        throw isOfRuntime ? missingSdk(specifier) : error;
      }
    },
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      return SDK_2.test(url) ? withEndpoints(loaded) : loaded;
    },
  });
}

/** Whether a specifier names a package: no path and no URL. */
function isPackage(specifier: string): boolean {
  return !/^(?:[./\\]|[A-Za-z]+:)/.test(specifier);
}

function layerFolders(layers: readonly string[]): readonly string[] {
  return layers.flatMap((layer) => LAYER_FOLDERS.map((folder) => join(layer, folder)));
}

/** Whether a module is a `.js` file of the bundle that is CommonJS on Lambda. Node.js knows the format of all others. */
export function isCommonJs(url: string, taskRoot: string): boolean {
  const path = url.startsWith("file:") && url.endsWith(".js") ? fileURLToPath(url) : "";
  if (!path.startsWith(taskRoot + sep)) {
    return false;
  }
  for (let folder = dirname(path); folder.startsWith(taskRoot); folder = dirname(folder)) {
    const description = join(folder, "package.json");
    if (existsSync(description)) {
      return objectOf(parseJson(readFileSync(description, "utf8"))).type !== "module";
    }
  }
  return true;
}

function missingSdk(specifier: string): HandlerLoadError {
  const name = specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
  const remedy =
    name === "aws-sdk"
      ? "only runtimes up to nodejs16.x contain it: install it in the project, bundle it, or use version 3"
      : `Lambda's runtime contains it, this machine does not: npm install --save-dev ${name}`;
  return new HandlerLoadError("Runtime.ImportModuleError", `Error: Cannot find package '${name}' (${remedy})`);
}

/** Points the clients of version 2 at the endpoints that version 3 reads from the environment. */
function withEndpoints(loaded: LoadFnOutput): LoadFnOutput {
  const { AWS_ENDPOINT_URL: endpoint, AWS_ENDPOINT_URL_DYNAMODB: dynamoDb } = process.env;
  const settings = JSON.stringify({ endpoint, dynamodb: { endpoint: dynamoDb ?? endpoint }, s3ForcePathStyle: true });
  const source = String(loaded.source ?? "");
  return source === "" ? loaded : { ...loaded, source: `${source}\nmodule.exports.config.update(${settings});\n` };
}
