import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

interface LockedPackage {
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const lock = JSON.parse(readFileSync(new URL("../../../package-lock.json", import.meta.url), "utf8")) as {
  packages: Record<string, LockedPackage>;
};
const packages = new Map(Object.entries(lock.packages));

/** Where people develop, as Node.js names it. */
const PLATFORMS = ["darwin arm64", "darwin x64", "win32 x64", "linux arm64", "linux x64"];

/** The packages of which each platform has one of its own, with the platforms that they have. */
const perPlatform = [...packages].flatMap(([name, { optionalDependencies = {} }]) => {
  const platforms = Object.keys(optionalDependencies)
    .map((dependency) => packages.get(`node_modules/${dependency}`))
    .flatMap((found) => (found?.os ?? []).flatMap((os) => (found?.cpu ?? []).map((cpu) => `${os} ${cpu}`)));
  return platforms.length === 0 ? [] : [{ name: name.replace("node_modules/", ""), platforms }];
});

test("packages with a binary per platform are found", () => {
  expect(perPlatform.map(({ name }) => name)).toContain("esbuild");
});

test.each(perPlatform)("$name has a binary for each platform", ({ platforms }) => {
  expect(PLATFORMS.filter((platform) => !platforms.includes(platform))).toEqual([]);
});

test("no binary is wanted by the package itself, as none is there for every platform", () => {
  const own = Object.keys(packages.get("")?.optionalDependencies ?? {});
  expect(own.filter((name) => packages.get(`node_modules/${name}`)?.os !== undefined)).toEqual([]);
});
