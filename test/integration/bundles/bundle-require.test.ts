import { SourceMap } from "node:module";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { bundleEntry } from "../../../infra/constructs/bundling/bundle-entry.ts";

const entryOf = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const REQUIRE = /^import \{ createRequire as __fanfareCreateRequire \} from "node:module"; const require = .*\n/;

async function bundle(path: string, sourceMap = false): Promise<Record<string, string>> {
  const { files } = await bundleEntry(entryOf(path), {
    target: "node24",
    conditions: ["@fanfare/source"],
    external: ["@aws-sdk/*", "@smithy/*", "zod"],
    sourceMap,
  });
  return Object.fromEntries(files.map(({ name, contents }) => [name, Buffer.from(contents).toString()]));
}

describe("the line that gives a module `require`", () => {
  test("is in the files of a bundle that call it, and in no others", async () => {
    const commonJs = await bundle("../../template/fixtures/uses-commonjs.ts");
    expect(commonJs["index.mjs"]).toMatch(REQUIRE);
    const consumer = await bundle("./handlers/consumer.ts");
    expect(Object.keys(consumer).length).toBeGreaterThan(1);
    for (const text of Object.values(consumer)) {
      expect(text).not.toContain("createRequire");
    }
  });

  test.each([
    ["with it", "../../template/fixtures/uses-commonjs.ts", "uses-commonjs.ts", "/a/b.txt"],
    ["without it", "./handlers/consumer.ts", "contract/contract.ts", "is not a valid contract name"],
  ])("leaves source maps of files %s right", async (_what, path, source, words) => {
    const files = await bundle(path, true);
    const map = JSON.parse(files["index.mjs.map"] ?? "{}");
    const lines = (files["index.mjs"] ?? "").split("\n");
    const line = lines.findIndex((text) => text.includes(words));
    const entry = new SourceMap(map).findEntry(line, lines[line]?.indexOf(words) ?? 0);
    if (!("originalSource" in entry)) {
      throw new Error(`nothing is mapped at line ${line}`);
    }
    expect(entry.originalSource.endsWith(source)).toBe(true);
    const original: string = map.sourcesContent[map.sources.indexOf(entry.originalSource)];
    expect(original.split("\n")[entry.originalLine]?.slice(entry.originalColumn)).toContain(words);
  });
});
