import { describe, expect, it } from "vitest";
import { read } from "./sources.ts";

interface Manifest {
  readonly main: string;
  readonly types: string;
  readonly typesVersions: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  readonly exports: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>;
}

const manifest: Manifest = JSON.parse(read("package.json"));
const entries = Object.entries(manifest.exports).flatMap(([name, entry]) =>
  typeof entry === "string" ? [] : [{ name: name.replace(/^\.\/?/, ""), ...entry }],
);

describe("package.json for tools that do not read exports", () => {
  it("names the main module and its types", () => {
    const main = entries.find(({ name }) => name === "");
    expect({ main: manifest.main, types: manifest.types }).toEqual({ main: main?.default, types: main?.types });
  });

  it("names the types of every other entry point, and no others", () => {
    const expected = entries.filter(({ name }) => name !== "").map(({ name, types }) => [name, [types]]);
    expect(manifest.typesVersions).toEqual({ "*": Object.fromEntries(expected) });
  });
});
