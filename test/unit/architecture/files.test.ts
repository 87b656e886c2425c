import { describe, expect, it } from "vitest";
import { circles } from "./circles.ts";
import { CIRCLES, LONG_FILES } from "./exceptions.ts";
import { MAX_LINES } from "./rules.ts";
import { FILES, IMPORTS, linesOf } from "./sources.ts";

const EXCEPTIONS = "test/unit/architecture/exceptions.ts";

describe("files", () => {
  const found = circles(IMPORTS);

  /** The entry of CIRCLES that a circle falls under. */
  const exceptionOf = (circle: readonly string[]) =>
    Object.keys(CIRCLES).find((key) => {
      const files = new Set(circle);
      return key.includes(",")
        ? [...files].sort().join(", ") === key
        : [...files].every((file) => file.startsWith(`${key}/`));
    });

  it("make no circle of imports, type-only imports included", () => {
    const unknown = found.filter((circle) => exceptionOf(circle) === undefined);
    expect(unknown.map((circle) => `${circle.join(" -> ")}: move what both need into a file of its own`)).toEqual([]);
  });

  it("have no exception for a circle that is gone", () => {
    const used = new Set(found.map(exceptionOf));
    const obsolete = Object.keys(CIRCLES).filter((key) => !used.has(key));
    expect(obsolete.map((key) => `${key}: no circle any more, delete it from CIRCLES in ${EXCEPTIONS}`)).toEqual([]);
  });

  const long = FILES.filter((file) => linesOf(file) > MAX_LINES);

  it(`have at most ${MAX_LINES} lines`, () => {
    const unknown = long.filter((file) => LONG_FILES[file] === undefined);
    expect(unknown.map((file) => `${file} has ${linesOf(file)} lines, at most ${MAX_LINES}: split it by job`)).toEqual(
      [],
    );
  });

  it("have no exception for a file that is short or gone", () => {
    const obsolete = Object.keys(LONG_FILES).filter((file) => !long.includes(file));
    expect(obsolete.map((file) => `${file}: short or gone, delete it from LONG_FILES in ${EXCEPTIONS}`)).toEqual([]);
  });
});

describe("the search for circles", () => {
  const arrows = (text: string) =>
    text.split(" ").map((each) => {
      const [from = "", to = ""] = each.split(">");
      return { from, to };
    });

  it("finds none where there is none", () => {
    expect(circles(arrows("a>b b>c a>c d>c"))).toEqual([]);
  });

  it("finds each circle once, by its shortest way", () => {
    expect(circles(arrows("a>b b>c c>a c>d d>e e>d"))).toEqual([
      ["a", "b", "c", "a"],
      ["d", "e", "d"],
    ]);
  });
});
