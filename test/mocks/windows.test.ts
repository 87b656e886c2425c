/** What cannot be run here: paths, `file:` URLs and the PATH of Windows, by the modules of Node.js that know its rules. */
import { beforeEach, expect, test, vi } from "vitest";

const files = vi.hoisted(() => new Map<string, string>());

vi.mock("node:path", async (original) => {
  const { win32 } = await original<typeof import("node:path")>();
  return { ...win32, default: win32 };
});
vi.mock("node:url", async (original) => {
  const url = await original<typeof import("node:url")>();
  const { URL: Real } = globalThis;
  const isOfWindows = (value: string | URL) => /^file:\/\/\/[A-Z]:/.test(new Real(value).href);
  return {
    ...url,
    fileURLToPath: (value: string | URL) => url.fileURLToPath(value, { windows: isOfWindows(value) }),
    pathToFileURL: (value: string) => url.pathToFileURL(value, { windows: /^[A-Z]:/.test(value) }),
  };
});
vi.mock("node:fs", async (original) => {
  const fs = await original<typeof import("node:fs")>();
  const isOfWindows = (path: unknown): path is string => typeof path === "string" && path.startsWith("C:\\");
  const missing = (path: string) => Object.assign(new Error(`ENOENT ${path}`), { code: "ENOENT" });
  return {
    ...fs,
    readdirSync: (path: string) => (isOfWindows(path) ? [] : fs.readdirSync(path)),
    existsSync: (path: string) => (isOfWindows(path) ? files.has(path) : fs.existsSync(path)),
    readFileSync: (path: string, ...rest: [BufferEncoding]) => {
      if (!isOfWindows(path)) {
        return fs.readFileSync(path, ...rest);
      }
      const content = files.get(path);
      if (content === undefined) {
        throw missing(path);
      }
      return content;
    },
    writeFileSync: (path: string, content: string) => void files.set(path, content),
    rmSync: (path: string) => void files.delete(path),
    realpathSync: Object.assign((path: string) => {
      if (isOfWindows(path)) {
        throw missing(path);
      }
      return fs.realpathSync(path);
    }, fs.realpathSync),
  };
});
vi.mock("node:fs/promises", async (original) => ({
  ...(await original<typeof import("node:fs/promises")>()),
  mkdir: async () => undefined,
}));

const { isSource } = await import("../../lib/cli/dev/watch.ts");
const { SynthesisRecord } = await import("../../lib/local/synthesis/index.ts");
const { searchPath } = await import("../../lib/local/synthesis/tools.ts");
const { sourcesOf } = await import("../../infra/constructs/bundling/bundle-cache.ts");

beforeEach(() => files.clear());

const APP = "C:\\Users\\me\\my app";

test.each([
  ["infra\\app.ts", true],
  ["C:\\Users\\me\\my app\\lambdas\\orders\\billing.ts", true],
  ["cdk.json", true],
  ["README.md", false],
  ["test\\app.ts", false],
  ["C:\\Users\\me\\my app\\infra\\node_modules\\x\\index.ts", false],
  ["cdk.out\\manifest.json", false],
  ["infra\\generated\\a.ts", false],
])("%s is a source: %s", (path, expected) => {
  const watch = { include: ["infra", "lambdas"], exclude: ["infra/generated"] };
  expect(isSource({ directory: APP, output: `${APP}\\cdk.out`, watch }, path)).toBe(expected);
});

test("what is changed is found among the app's modules, which Node.js names by URLs, and in the bundles", async () => {
  const record = new SynthesisRecord({ directory: APP, output: `${APP}\\cdk.out` });
  await record.begin();
  const { environment } = record;
  expect(environment.NODE_OPTIONS).toMatch(/--import=file:\/\/\/\S+record-sources-main\.ts$/);
  const bundle = (asset: string, names: readonly string[]) => ({
    job: {},
    asset,
    sources: names.map((name) => `${APP}\\${name}`),
  });
  const bundles = [bundle("one", ["lambdas\\a.ts", "contract.ts"]), bundle("two", ["lambdas\\b.ts"])];
  files.set(`${APP}\\cdk.out\\.fanfare\\bundles.json`, JSON.stringify({ program: "C:\\x.js", bundles }));
  const urls = ["file:///C:/Users/me/my%20app/infra/app.ts", "file:///C:/Users/me/my%20app/contract.ts"];
  files.set(`${APP}\\cdk.out\\.fanfare\\sources`, urls.join("\n"));
  record.end({});
  const work = (...names: readonly string[]) => {
    const { bundles: found, synthesis } = record.workFor(names.map((name) => `${APP}\\${name}`));
    return { assets: found.map(({ asset }) => asset), synthesis };
  };
  expect(work("lambdas\\b.ts")).toEqual({ assets: ["two"], synthesis: false });
  expect(work("contract.ts")).toEqual({ assets: ["one"], synthesis: true });
  expect(work("infra\\app.ts")).toEqual({ assets: [], synthesis: true });
});

test("packages are no sources of a bundle", () => {
  const inputs = ["a.ts", "node_modules\\zod\\index.js", "packages\\node_modules_of_mine\\b.ts"];
  expect(sourcesOf({ files: [], inputs: inputs.map((name) => `${APP}\\${name}`) })).toEqual([
    `${APP}\\a.ts`,
    `${APP}\\packages\\node_modules_of_mine\\b.ts`,
  ]);
});

test("the project's own programs come first on the PATH", () => {
  const [first] = searchPath(APP).split(";");
  expect(first).toBe(`${APP}\\node_modules\\.bin`);
});
