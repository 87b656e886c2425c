import { relative, resolve, sep } from "node:path";
import { watch } from "chokidar";

/** Folders whose files are written by tools, not by people. */
const IGNORED = new Set(["node_modules", ".git", "cdk.out", "dist", "coverage"]);

/** Files that handlers and infrastructure are made of. */
const SOURCE = /\.(?:[cm]?[jt]sx?|json)$/;

/** An editor that saves several files makes one change of them. */
const SETTLE_MS = 100;

/** Whether a change of this path can change what the app synthesises. */
export function isSource(directory: string, output: string, path: string): boolean {
  const absolute = resolve(directory, path);
  const parts = relative(directory, absolute).split(sep);
  return SOURCE.test(path) && !isInside(output, absolute) && !parts.some((part) => IGNORED.has(part));
}

/** A watcher that is running. */
export interface SourceWatcher {
  /** Resolves when changes are seen from now on. */
  readonly ready: Promise<void>;
  close(): Promise<void>;
}

/** Calls back with the paths of changed sources, those of one moment together. */
export function watchSources(
  directory: string,
  output: string,
  onChange: (paths: readonly string[]) => void,
): SourceWatcher {
  const changed = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  const watcher = watch(directory, {
    ignoreInitial: true,
    ignored: (path, stats) => {
      const parts = relative(directory, path).split(sep);
      return (
        parts.some((part) => IGNORED.has(part)) ||
        isInside(output, path) ||
        (stats?.isFile() === true && !isSource(directory, output, path))
      );
    },
  });
  watcher.on("all", (_event, path) => {
    if (!isSource(directory, output, path)) {
      return;
    }
    changed.add(relative(directory, path));
    clearTimeout(timer);
    timer = setTimeout(() => {
      const paths = [...changed];
      changed.clear();
      onChange(paths);
    }, SETTLE_MS);
  });
  // What cannot be watched (too many files, a folder that vanished) costs convenience, not correctness.
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

function isInside(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder + sep);
}
