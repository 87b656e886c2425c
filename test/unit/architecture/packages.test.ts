import { describe, expect, it } from "vitest";
import { FILES, packagesOf, read } from "./sources.ts";

const nameOf = (specifier: string): string =>
  specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");

/** Built-in modules that compute and do no input or output. */
const PURE_BUILT_IN = /^node:(?:crypto|buffer|net|util|zlib)$/;

describe("packages", () => {
  it("that the library imports are dependencies, and not only for development", () => {
    const manifest = JSON.parse(read("package.json"));
    const declared = new Set(
      ["dependencies", "optionalDependencies", "peerDependencies"].flatMap((kind) => Object.keys(manifest[kind] ?? {})),
    );
    const published = FILES.filter((file) => file.startsWith("lib/") || file.startsWith("infra/constructs/"));
    // The page is bundled when the package is built: what it imports is in it.
    const installed = published.filter((file) => !file.startsWith("lib/console/page/"));
    const missing = installed.flatMap((file) =>
      packagesOf(file)
        .filter((name) => !name.startsWith("node:") && !declared.has(nameOf(name)))
        .map((name) => `${file} imports ${name}: add ${nameOf(name)} to the dependencies in package.json`),
    );
    expect(missing).toEqual([]);
  });

  it("for input and output are not known to the local engine, which is pure", () => {
    const impure = FILES.filter((file) => file.startsWith("lib/local/engine/")).flatMap((file) =>
      packagesOf(file)
        .filter((name) => name.startsWith("node:") && !PURE_BUILT_IN.test(name))
        .map((name) => `${file} imports ${name}: the engine does no input or output, hand it in`),
    );
    expect(impure).toEqual([]);
  });

  it("of the CDK are for infra only", () => {
    const wrong = FILES.filter((file) => !file.startsWith("infra/") && !file.startsWith("lib/cli/")).flatMap((file) =>
      packagesOf(file)
        .filter((name) => ["aws-cdk-lib", "constructs"].includes(nameOf(name)))
        .map((name) => `${file} imports ${name}: only infra/ and lib/cli/ may`),
    );
    expect(wrong).toEqual([]);
  });
});
