import { isAbsolute, resolve } from "node:path";
import { Worker } from "node:worker_threads";
import { build, type Plugin } from "esbuild";
import { RUNTIME } from "./named-sdk.ts";

/** Time in milliseconds for a module to be evaluated. It waits for nothing: whatever it imports is a stand-in. */
const TIME_LIMIT_MS = 5_000;

/** The property by which the stand-in of `consume` shows the names of its handlers. */
const HANDLED = "fanfare.handled";

/**
 * A value that can be called, constructed and read, with itself as the result: it takes the place of every package, and of Node.js'
 * own modules. It is its own prototype, so that esbuild's copy of a CommonJS module has all of its names.
 */
const STAND_IN = `
  const handled = Symbol.for("${HANDLED}");
  const anything = new Proxy(function () {}, {
    apply: () => anything,
    construct: () => anything,
    getPrototypeOf: () => anything,
    get: (_target, key) =>
      key === "then" ? undefined : key === Symbol.toPrimitive ? () => "" : key === Symbol.iterator ? function* () {} : anything,
  });`;

const FANFARE = `${STAND_IN}
  const consume = (_contract, handlers) => Object.assign(() => {}, { preload: async () => {}, [handled]: Object.keys(handlers) });
  module.exports = new Proxy(anything, { get: (_target, key) => (key === "consume" ? consume : anything[key]) , getPrototypeOf: () => module.exports });`;

/** What the user's modules could reach without importing it. */
const GLOBALS = `${STAND_IN}
  const __fanfareEnvironment = new Proxy({}, { get: () => "unknown" });
  const fetch = anything, WebSocket = anything, setTimeout = anything, setInterval = anything, setImmediate = anything;`;

/**
 * Returns the names of the events that a handler handles: the keys of what the module passes to `consume`. The module is evaluated
 * apart, with stand-ins for all packages and for Node.js, so nothing that it does at its top reaches the outside.
 *
 * @returns `undefined` if they cannot be told: the handler is wrapped, or made by another function than `consume`
 */
export async function handledEvents(entry: string, exported: string): Promise<readonly string[] | undefined> {
  try {
    const { outputFiles } = await build({
      stdin: { contents: reporter(entry, exported), resolveDir: process.cwd(), sourcefile: "reporter.js" },
      bundle: true,
      format: "esm",
      platform: "node",
      write: false,
      logLevel: "silent",
      banner: { js: GLOBALS },
      define: { "process.env": "__fanfareEnvironment" },
      plugins: [standIns(entry)],
    });
    return await evaluate(outputFiles[0]?.text ?? "");
  } catch {
    // What is wrong with the module, its bundle reports.
    return undefined;
  }
}

function reporter(entry: string, exported: string): string {
  return `
    import * as module from ${JSON.stringify(entry)};
    import { parentPort } from "node:worker_threads";
    const found = module[${JSON.stringify(exported)}]?.[Symbol.for("${HANDLED}")];
    parentPort.postMessage(Array.isArray(found) ? found : undefined);`;
}

/** Bundles the user's own modules only. */
function standIns(entry: string): Plugin {
  return {
    name: "fanfare-stand-ins",
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /.*/ }, ({ path, importer, resolveDir }) => {
        if (/(?:^|[\\/])reporter\.js$/.test(importer)) {
          return path === entry ? undefined : { path, external: true };
        }
        const isFile = path.startsWith(".") || isAbsolute(path);
        if (path === "fanfare" || (isFile && resolve(resolveDir, path).startsWith(RUNTIME))) {
          return { path: "fanfare", namespace: "fanfare-stand-in" };
        }
        return isFile ? undefined : { path, namespace: "fanfare-stand-in" };
      });
      onLoad({ filter: /.*/, namespace: "fanfare-stand-in" }, ({ path }) => ({
        contents: path === "fanfare" ? FANFARE : `${STAND_IN}\n  module.exports = anything;`,
      }));
    },
  };
}

async function evaluate(source: string): Promise<readonly string[] | undefined> {
  const url = new URL(`data:text/javascript;base64,${Buffer.from(source).toString("base64")}`);
  const worker = new Worker(url, { env: {}, stdout: true, stderr: true });
  const timer = setTimeout(() => void worker.terminate(), TIME_LIMIT_MS);
  try {
    return await new Promise((settle) => {
      worker.once("message", settle);
      worker.once("error", () => settle(undefined));
      worker.once("exit", () => settle(undefined));
    });
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
}
