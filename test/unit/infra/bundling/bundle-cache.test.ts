import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { BundleCache, printsOf } from "../../../../infra/constructs/bundling/bundle-cache.ts";
import { FilePrints } from "../../../../infra/constructs/bundling/file-prints.ts";

let directory: string;
let cache: BundleCache;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "fanfare-cache-"));
  cache = new BundleCache(join(directory, "cache"));
  mkdirSync(join(directory, "src"));
  write("package.json", "{}");
  write("src/handler.ts", "export const handler = 1;");
  write("src/shared.ts", "export const shared = 1;");
});

afterEach(() => {
  rmSync(directory, { recursive: true });
});

function write(name: string, text: string): void {
  writeFileSync(join(directory, name), text);
}

const JOB = { entry: "src/handler.ts", settings: { target: "node24" } };
const FILES = [
  { name: "index.mjs", contents: Buffer.from("code") },
  { name: "chunk-1.mjs", contents: Buffer.from([0, 255, 1]) },
];
const inputs = () => ["src/handler.ts", "src/shared.ts"].map((name) => join(directory, name));

test("a bundle that was stored is found again, byte for byte", async () => {
  expect(cache.get(JOB, new FilePrints())).toBeUndefined();
  await cache.put(JOB, FILES, printsOf(inputs(), new FilePrints()));
  const found = new BundleCache(join(directory, "cache")).get(JOB, new FilePrints());
  expect(found?.files).toEqual(FILES);
  expect(found?.inputs).toEqual(expect.arrayContaining(inputs()));
});

test.each<[string, () => void]>([
  ["a source has another size", () => write("src/shared.ts", "export const shared = 22;")],
  [
    "a source has another modification time",
    () => utimesSync(join(directory, "src/handler.ts"), new Date(0), new Date(0)),
  ],
  ["a source is gone", () => rmSync(join(directory, "src/shared.ts"))],
  ["the package's settings have changed", () => write("package.json", '{ "sideEffects": false }')],
])("it is not taken when %s", async (_what, change) => {
  await cache.put(JOB, FILES, printsOf(inputs(), new FilePrints()));
  change();
  expect(cache.get(JOB, new FilePrints())).toBeUndefined();
});

test("it is not taken for other options, and both are kept", async () => {
  const other = { ...JOB, settings: { target: "node22" } };
  await cache.put(JOB, FILES, printsOf(inputs(), new FilePrints()));
  expect(cache.get(other, new FilePrints())).toBeUndefined();
  await cache.put(other, [], printsOf(inputs(), new FilePrints()));
  expect(cache.get(JOB, new FilePrints())?.files).toEqual(FILES);
  expect(cache.get(other, new FilePrints())?.files).toEqual([]);
});

test("a newer bundle takes the place of the older one", async () => {
  await cache.put(JOB, FILES, printsOf(inputs(), new FilePrints()));
  write("src/handler.ts", "export const handler = 2000;");
  await cache.put(JOB, FILES.slice(0, 1), printsOf(inputs(), new FilePrints()));
  expect(cache.get(JOB, new FilePrints())?.files).toEqual(FILES.slice(0, 1));
  expect(readdirSync(join(directory, "cache"))).toHaveLength(1);
});

test("what is damaged is not taken", async () => {
  await cache.put(JOB, FILES, printsOf(inputs(), new FilePrints()));
  const [stored = ""] = readdirSync(join(directory, "cache"));
  rmSync(join(directory, "cache", stored, "chunk-1.mjs"));
  expect(cache.get(JOB, new FilePrints())).toBeUndefined();
});

test("a folder that cannot be written is no error", async () => {
  write("file", "");
  const nowhere = new BundleCache(join(directory, "file"));
  await nowhere.put(JOB, FILES, printsOf(inputs(), new FilePrints()));
  expect(nowhere.get(JOB, new FilePrints())).toBeUndefined();
});

test("the oldest are removed when there are more than 200", async () => {
  await cache.put({ number: -1 }, FILES, printsOf([], new FilePrints()));
  const [first = ""] = readdirSync(join(directory, "cache"));
  utimesSync(join(directory, "cache", first), new Date(0), new Date(0));
  for (let number = 0; number < 200; number += 1) {
    await cache.put({ number }, [], printsOf([], new FilePrints()));
  }
  expect(readdirSync(join(directory, "cache"))).toHaveLength(200);
  expect(cache.get({ number: -1 }, new FilePrints())).toBeUndefined();
  expect(cache.get({ number: 0 }, new FilePrints())).toBeDefined();
});

test("what changes after a bundle was made and before it is stored makes it an old one", async () => {
  write("tsconfig.json", "{}");
  const prints = printsOf(inputs(), new FilePrints());
  write("tsconfig.json", '{ "compilerOptions": {} }');
  await cache.put(JOB, FILES, prints);
  expect(cache.get(JOB, new FilePrints())).toBeUndefined();
});

test("a file is asked for once, and one that cannot be is absent", () => {
  const [file = ""] = inputs();
  const prints = new FilePrints();
  const before = prints.of(file);
  write("src/handler.ts", "export const handler = 22;");
  expect(prints.of(file)).toBe(before);
  expect(new FilePrints().of(file)).not.toBe(before);
  symlinkSync("circle", join(directory, "circle"));
  expect([file, join(directory, "circle"), "nul\0"].map((path) => prints.exists(path))).toEqual([true, false, false]);
});
