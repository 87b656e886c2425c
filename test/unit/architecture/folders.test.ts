import { posix } from "node:path";
import { describe, expect, it } from "vitest";
import { circles } from "./circles.ts";
import { PLANNED } from "./exceptions.ts";
import { FOLDERS, PACKAGES, WITH_SIDE_DOORS, WITHOUT_DOOR } from "./rules.ts";
import { CROSSING, EXISTING_FOLDERS, exists, FILES, folderOf, IMPORTS, type Import, show } from "./sources.ts";

const RULES = "test/unit/architecture/rules.ts";
const EXCEPTIONS = "test/unit/architecture/exceptions.ts";

/** Whether an import goes past the door of a folder that it enters. */
function passesDoor({ from, to }: Import): boolean {
  if (posix.basename(to) === "index.ts") {
    return false;
  }
  let entered = posix.dirname(to);
  // A folder's own files, and those of the folders around it, are not entered.
  while (entered !== "." && !from.startsWith(`${entered}/`)) {
    if (exists(`${entered}/index.ts`)) {
      return true;
    }
    entered = posix.dirname(entered);
  }
  return false;
}

describe("the sources", () => {
  it("are found, and their imports with them", () => {
    expect(FILES.length).toBeGreaterThan(100);
    expect(IMPORTS.length).toBeGreaterThan(300);
    expect(FILES).toContain("lib/contract/event.ts");
    const publishes = IMPORTS.filter(({ from }) => from === "lib/publish/publisher.ts").map(({ to }) => to);
    expect(publishes).toContain("lib/contract/index.ts");
  });

  it("import only files that exist, with their ending", () => {
    const broken = IMPORTS.filter(({ to }) => !exists(to));
    expect(broken.map((each) => show(each, "no such file"))).toEqual([]);
  });
});

describe("the table of folders", () => {
  it("has a row for every folder", () => {
    const unknown = [...new Set(FILES.map(folderOf))].filter((folder) => FOLDERS[folder] === undefined);
    expect(unknown.map((folder) => `${folder}: add a row to FOLDERS in ${RULES}`)).toEqual([]);
  });

  it("names only folders that exist or are planned", () => {
    const missing = Object.keys(FOLDERS).filter((folder) => !EXISTING_FOLDERS.includes(folder));
    const unplanned = missing.filter((folder) => PLANNED[folder] === undefined);
    expect(unplanned.map((folder) => `${folder} does not exist: delete its row in ${RULES}`)).toEqual([]);
  });

  it("lists as planned only what does not exist", () => {
    const there = Object.keys(PLANNED).filter(exists);
    expect(there.map((path) => `${path} exists now: delete it from PLANNED in ${EXCEPTIONS}`)).toEqual([]);
  });

  it("imports only folders that have a row", () => {
    const unknown = Object.entries(FOLDERS).flatMap(([name, { imports }]) =>
      imports
        .filter((each) => FOLDERS[each] === undefined)
        .map((each) => `${name} lists ${each}, which has no row: correct ${RULES}`),
    );
    expect(unknown).toEqual([]);
  });

  it("has no circle", () => {
    const arrows = Object.entries(FOLDERS).flatMap(([from, { imports }]) => imports.map((to) => ({ from, to })));
    expect(circles(arrows).map((circle) => `${circle.join(" -> ")}: remove one arrow from ${RULES}`)).toEqual([]);
  });

  it("keeps the arrows between the packages", () => {
    const wrong = Object.entries(FOLDERS).flatMap(([name, row]) =>
      row.imports
        .map((each) => ({ each, of: FOLDERS[each]?.package }))
        .filter(({ of }) => of !== undefined && of !== row.package && !PACKAGES[row.package].includes(of))
        .map(({ each, of }) => `${name} (${row.package}) lists ${each} (${of}): ${row.package} never imports ${of}`),
    );
    expect(wrong).toEqual([]);
  });

  it("keeps publish and consume apart, and observers handed in", () => {
    const importers = (folder: string) =>
      Object.entries(FOLDERS).flatMap(([name, { imports }]) => (imports.includes(folder) ? [name] : []));
    expect(importers("lib/publish")).not.toContain("lib/consume");
    expect(importers("lib/consume")).not.toContain("lib/publish");
    expect(importers("lib/observe")).toEqual([]);
    expect(importers("lib/cli")).toEqual([]);
  });
});

describe("the folders", () => {
  it("import only what the table allows", () => {
    const wrong = CROSSING.filter(({ from, to }) => !FOLDERS[folderOf(from)]?.imports.includes(folderOf(to)));
    const rule = ({ from }: Import) => {
      const allowed = FOLDERS[folderOf(from)]?.imports.join(", ") || "nothing of ours";
      return `${folderOf(from)} may import only ${allowed}. Move the code, or hand it in; do not widen the table.`;
    };
    expect(wrong.map((each) => show(each, rule(each)))).toEqual([]);
  });

  it("are entered through their index.ts only, and so are the rooms inside them", () => {
    const aside = IMPORTS.filter((each) => passesDoor(each) && !WITHOUT_DOOR.includes(folderOf(each.to)));
    expect(aside.map((each) => show(each, "import the index.ts of that folder"))).toEqual([]);
  });

  it("are entered through their own index.ts from other folders, not through a room's", () => {
    const deep = CROSSING.filter(({ to }) => {
      const folder = folderOf(to);
      return to !== `${folder}/index.ts` && !WITHOUT_DOOR.includes(folder) && !WITH_SIDE_DOORS.includes(folder);
    });
    expect(deep.map((each) => show(each, `import ${folderOf(each.to)}/index.ts`))).toEqual([]);
  });
});
