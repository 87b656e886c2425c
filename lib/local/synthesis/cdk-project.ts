import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { type JsonObject, objectOf } from "../../std/index.ts";
import { describeError, LocalError } from "../common/index.ts";

/** What `cdk.json` says about an app. */
export interface CdkProject {
  readonly directory: string;
  /** The command that synthesises the app, after the command `build` of `cdk.json` if there is one. */
  readonly app: string;
  /** Absolute path of the folder that the assembly is written to. */
  readonly output: string;
  /** Context values of `cdk.json` and `cdk.context.json`. */
  readonly context: Readonly<Record<string, unknown>>;
  /** Folders (or files) to watch and not to watch, from `watch` of `cdk.json`; relative, without patterns. */
  readonly watch: { readonly include: readonly string[]; readonly exclude: readonly string[] };
}

/**
 * Reads `cdk.json` and `cdk.context.json` as the CDK's own command does.
 *
 * @param options.app overrides the command of `cdk.json`
 * @throws LocalError `SynthesisFailed` when no command is known or a file is not JSON
 */
export function readCdkProject(directory: string, options: { app?: string | undefined } = {}): CdkProject {
  const settings = readJson(join(directory, "cdk.json"));
  const app = options.app ?? settings.app;
  if (typeof app !== "string" || app === "") {
    throw new LocalError("SynthesisFailed", `${join(directory, "cdk.json")} names no app`, {
      remedy:
        'pass --app "node infra/app.ts" to fanfare dev or { app: "node infra/app.ts" } to deploy(), or set "app" there',
    });
  }
  const output = typeof settings.output === "string" ? settings.output : "cdk.out";
  return {
    directory,
    app: typeof settings.build === "string" ? `${settings.build} && ${app}` : app,
    output: resolve(directory, output),
    watch: {
      include: everythingOr(objectOf(settings.watch).include),
      exclude: folders(objectOf(settings.watch).exclude).filter(isPlain),
    },
    context: { ...readJson(join(directory, "cdk.context.json")), ...objectOf(settings.context) },
  };
}

/** The folders to watch. A pattern that is more than a folder's name makes everything watched: better once too often. */
function everythingOr(patterns: unknown): readonly string[] {
  const names = folders(patterns);
  return names.every(isPlain) ? names : [];
}

/** Shortens `infra/**` to the folder's name; leaves other patterns as they are. */
function folders(patterns: unknown): readonly string[] {
  const all: unknown[] = Array.isArray(patterns) ? patterns : [patterns];
  return all.filter((pattern) => typeof pattern === "string").map((pattern) => pattern.replace(/\/\*\*(?:\/\*)?$/, ""));
}

function isPlain(name: string): boolean {
  return !name.includes("*");
}

function readJson(path: string): JsonObject {
  if (!existsSync(path)) {
    return {};
  }
  try {
    return objectOf(JSON.parse(readFileSync(path, "utf8")));
  } catch (cause) {
    throw new LocalError("SynthesisFailed", `${path} is not valid JSON: ${describeError(cause)}`, { cause });
  }
}
