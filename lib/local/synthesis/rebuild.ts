import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import type { RebuildResult } from "../../names/index.ts";
import { describeError, LocalError } from "../common/index.ts";
import { bundleCache } from "./bundle-cache.ts";

/** A bundle to make: see `lib/names/local-synthesis.ts`. */
export type RebuildJob = Readonly<Record<string, unknown>>;

/** What {@link rebuild} needs. */
export interface RebuildOptions {
  /** The program that the synthesis named. */
  readonly program: string;
  /** Folder of the project, in which the app ran too. */
  readonly directory: string;
  readonly signal: AbortSignal | undefined;
}

/**
 * Makes bundles again, as the synthesis did.
 *
 * @returns the sources of each bundle
 * @throws LocalError `SynthesisFailed` with the places of the mistakes
 */
export async function rebuild(
  jobs: readonly RebuildJob[],
  { program, directory, signal }: RebuildOptions,
): Promise<readonly (readonly string[])[]> {
  const child = spawn(process.execPath, [program], {
    cwd: directory,
    env: { ...process.env, ...bundleCache(directory) },
    stdio: ["pipe", "pipe", "pipe"],
    windowsHide: true,
    ...(signal === undefined ? {} : { signal }),
  });
  const ended = new Promise<void>((resolve, reject) => {
    child.once("close", () => resolve());
    child.once("error", reject);
  });
  // A program that ends early reads nothing; what it printed says why.
  child.stdin.on("error", () => {});
  child.stdin.end(JSON.stringify(jobs));
  try {
    const [printed, problems] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
    return sourcesOf(jobs, printed, problems);
  } catch (cause) {
    throw cause instanceof LocalError ? cause : failed(describeError(cause), cause);
  }
}

function sourcesOf(jobs: readonly RebuildJob[], printed: string, problems: string): readonly (readonly string[])[] {
  if (problems !== "" && printed === "") {
    throw failed(problems.trim());
  }
  const results: readonly RebuildResult[] = JSON.parse(printed);
  const failures = results.flatMap(({ failure }, index) =>
    failure === undefined
      ? []
      : [
          `${String(jobs[index]?.entry)}: ${failure.messages.length === 0 ? failure.text : failure.messages.join("; ")}`,
        ],
  );
  if (failures.length > 0) {
    throw failed(failures.join("\n"));
  }
  return results.map(({ sources = [] }) => sources);
}

function failed(what: string, cause?: unknown): LocalError {
  return new LocalError("SynthesisFailed", `cannot bundle ${what}`, { cause });
}
