import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { isSource } from "../../../lib/cli/dev/watch.ts";
import { readCdkProject } from "../../../lib/local/synthesis/index.ts";

const directories: string[] = [];

afterEach(() => {
  for (const directory of directories.splice(0)) {
    rmSync(directory, { recursive: true });
  }
});

function project(files: Readonly<Record<string, string>>): string {
  const directory = mkdtempSync(join(tmpdir(), "fanfare-project-"));
  directories.push(directory);
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(directory, name), text);
  }
  return directory;
}

test.each([
  ["lambdas/orders/billing.ts", true],
  ["infra/app.mjs", true],
  ["cdk.json", true],
  ["deep/er/handler.tsx", true],
  ["README.md", false],
  ["node_modules/x/index.js", false],
  ["packages/a/node_modules/x/index.js", false],
  [".git/index.json", false],
  ["cdk.out/manifest.json", false],
  ["dist/lib/index.js", false],
  ["build/out/manifest.json", false],
])("%s is a source: %s", (path, expected) => {
  const watched = { directory: "/app", output: "/app/build/out", watch: { include: [], exclude: [] } };
  expect(isSource(watched, path)).toBe(expected);
});

test.each([
  ["infra/app.ts", true],
  ["lib/deep/x.ts", true],
  ["lib/generated/x.ts", false],
  ["library/x.ts", false],
  ["test/x.test.ts", false],
  ["cdk.json", true],
])("with include and exclude of cdk.json %s is a source: %s", (path, expected) => {
  const root = project({
    "cdk.json": JSON.stringify({
      app: "x",
      watch: { include: ["infra/**", "lib/**"], exclude: ["lib/generated", "**/*.test.ts"] },
    }),
  });
  expect(isSource(readCdkProject(root), path)).toBe(expected);
});

test("the app, the output folder and the context come from cdk.json and cdk.context.json", () => {
  const root = project({
    "cdk.json": JSON.stringify({ app: "node app.ts", output: "build/out", context: { a: 1, b: 2 } }),
    "cdk.context.json": JSON.stringify({ b: 3, c: 4 }),
  });
  expect(readCdkProject(root)).toEqual({
    directory: root,
    app: "node app.ts",
    output: join(root, "build/out"),
    context: { a: 1, b: 2, c: 4 },
    watch: { include: [], exclude: [] },
  });
  expect(readCdkProject(root, { app: "other" }).app).toBe("other");
});

test("without an app, and with a file that is not JSON, it says what to do", () => {
  expect(() => readCdkProject(project({}))).toThrow(/names no app \(pass --app/);
  expect(() => readCdkProject(project({ "cdk.json": "{ app" }))).toThrow(/cdk\.json is not valid JSON/);
});
