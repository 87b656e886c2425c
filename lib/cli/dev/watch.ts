import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import { watch } from "chokidar";
import type { CdkProject } from "../../local/synthesis/index.ts";

/** Folders whose files are written by tools, not by people. */
const IGNORED = new Set(["node_modules", ".git", "cdk.out", "dist", "coverage"]);

/** Files that handlers and infrastructure are made of. */
const SOURCE = /\.(?:[cm]?[jt]sx?|json)$/;

/** Milliseconds in which changes count as one: an editor may save several files. */
const SETTLE_MS = 100;

/** What is watched: the project's folder, without what the project excludes. */
export type Watched = Pick<CdkProject, "directory" | "output" | "watch">;

/** Whether a change of this path (relative to the project, or absolute) can change what the app synthesises. */
export function isSource(project: Watched, path: string): boolean {
  const absolute = resolve(project.directory, path);
  return SOURCE.test(path) && !isIgnored(project, absolute) && isIncluded(project, absolute);
}

function isIgnored({ directory, output, watch: { exclude } }: Watched, absolute: string): boolean {
  const parts = relative(directory, absolute).split(sep);
  return (
    parts.some((part) => IGNORED.has(part)) ||
    isInside(output, absolute) ||
    exclude.some((folder) => isInside(resolve(directory, folder), absolute))
  );
}

/** The settings of the app are always watched. */
function isIncluded({ directory, watch: { include } }: Watched, absolute: string): boolean {
  const always = [join(directory, "cdk.json"), join(directory, "cdk.context.json")];
  return (
    include.length === 0 ||
    always.includes(absolute) ||
    include.some((folder) => isInside(resolve(directory, folder), absolute))
  );
}

/** A watcher that is running. */
export interface SourceWatcher {
  /** Resolves when the watcher has started to see changes. */
  readonly ready: Promise<void>;
  close(): Promise<void>;
}

/**
 * Calls `onChange` with the paths of changed sources; changes of one moment come together. A file that was written again with the same
 * content has not changed: an app that writes files while it is synthesised would be synthesised for ever.
 */
export function watchSources(project: Watched, onChange: (paths: readonly string[]) => void): SourceWatcher {
  const { directory } = project;
  const changed = new Set<string>();
  const contents = new Map<string, string>();
  let timer: NodeJS.Timeout | undefined;
  const watcher = watch(directory, {
    ignoreInitial: true,
    ignored: (path, stats) => isIgnored(project, path) || (stats?.isFile() === true && !isSource(project, path)),
  });
  watcher.on("all", (_event, path) => {
    if (!isSource(project, path)) {
      return;
    }
    const content = contentOf(path);
    if (contents.get(path) === content) {
      return;
    }
    contents.set(path, content);
    changed.add(relative(directory, path));
    clearTimeout(timer);
    timer = setTimeout(() => {
      const paths = [...changed];
      changed.clear();
      onChange(paths);
    }, SETTLE_MS);
  });
  // A file that cannot be watched (too many files, a folder that vanished) costs convenience, not correctness.
  watcher.on("error", () => {});
  return {
    ready: new Promise((done) => {
      watcher.once("ready", () => done());
    }),
    close: async () => {
      clearTimeout(timer);
      await watcher.close();
    },
  };
}

function contentOf(path: string): string {
  try {
    return createHash("sha256").update(readFileSync(path)).digest("base64");
  } catch {
    return "absent";
  }
}

function isInside(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder + sep);
}
