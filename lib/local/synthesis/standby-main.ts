/**
 * Loaded into the process of an app before its own modules, to save time when a source changes: loads the libraries of the last synthesis,
 * and waits for a line on standard input. The line holds environment variables in JSON. Then the app runs; without a line it never does.
 */
import { readFileSync, readSync } from "node:fs";
import * as modules from "node:module";
import { fileURLToPath } from "node:url";
import { isMainThread } from "node:worker_threads";
import { filePrint } from "./file-print.ts";
import { RECORDING } from "./recording-protocol.ts";
import { STALE, STANDBY } from "./standby-protocol.ts";

/** Programs that only start another process of Node.js, which waits in their place. */
const LAUNCHERS = /[\\/](?:npx-cli\.js|npx|tsx|tsx[\\/]dist[\\/]cli\.mjs)$/;

const STANDARD_INPUT = 0;

const NEWLINE = "\n".charCodeAt(0);

const { [STANDBY]: waits, [RECORDING.libraries]: librariesFile } = process.env;
const [, main = ""] = process.argv;
if (waits !== undefined && librariesFile !== undefined && isMainThread && !LAUNCHERS.test(main)) {
  // What the app starts must not wait.
  delete process.env[STANDBY];
  const loaded = loadLibraries(librariesFile);
  const line = readLine();
  if (line === undefined) {
    process.exit();
  }
  if ([...loaded].some(([path, print]) => filePrint(path) !== print)) {
    process.exit(STALE);
  }
  Object.assign(process.env, JSON.parse(line));
}

/** Loads the modules that a file names. Returns what tells whether one of all files that were loaded has changed. */
function loadLibraries(list: string): ReadonlyMap<string, string> {
  const prints = new Map<string, string>();
  const hooks = modules.registerHooks({
    resolve(specifier, context, next) {
      const resolved = next(specifier, context);
      if (resolved.url.startsWith("file:")) {
        const path = fileURLToPath(resolved.url);
        prints.set(path, filePrint(path));
      }
      return resolved;
    },
  });
  const require = modules.createRequire(import.meta.url);
  for (const path of readFileSync(list, "utf8").split("\n").filter(Boolean)) {
    try {
      require(path);
    } catch {
      // The app finds out, if it needs the module at all.
    }
  }
  hooks.deregister();
  return prints;
}

/** Waits for a line of standard input. Returns `undefined` if the input ends before: what started this process is gone. */
function readLine(): string | undefined {
  const chunks: Buffer[] = [];
  for (;;) {
    const chunk = readChunk();
    if (chunk === undefined) {
      return undefined;
    }
    chunks.push(chunk);
    if (chunk.at(-1) === NEWLINE) {
      return Buffer.concat(chunks).toString("utf8");
    }
  }
}

function readChunk(): Buffer | undefined {
  const chunk = Buffer.alloc(65_536);
  for (;;) {
    try {
      const length = readSync(STANDARD_INPUT, chunk);
      return length === 0 ? undefined : chunk.subarray(0, length);
    } catch (error) {
      const code = error instanceof Error && "code" in error ? error.code : undefined;
      if (code === "EOF") {
        return undefined;
      }
      if (code !== "EAGAIN") {
        throw error;
      }
      // A launcher has made the input non-blocking.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
    }
  }
}
