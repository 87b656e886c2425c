import { describe, expect, it } from "vitest";
import { circles } from "./circles.ts";
import { CROWDED, PLANNED } from "./exceptions.ts";
import { FOLDERS, HOUSES } from "./rules.ts";
import { EXISTING_FOLDERS, entriesOf, exists, IMPORTS, type Import, roomsIn, show } from "./sources.ts";

const RULES = "test/unit/architecture/rules.ts";
const EXCEPTIONS = "test/unit/architecture/exceptions.ts";

interface RoomImport extends Import {
  readonly fromRoom: string | undefined;
  readonly toRoom: string | undefined;
}

/** The room of a house that a file is in; undefined for the files beside the rooms. */
function roomOf(house: string, file: string): string | undefined {
  const rest = file.slice(house.length + 1);
  return rest.includes("/") ? rest.slice(0, rest.indexOf("/")) : undefined;
}

function importsInside(house: string): RoomImport[] {
  return IMPORTS.filter(({ from, to }) => from.startsWith(`${house}/`) && to.startsWith(`${house}/`))
    .map((each) => ({ ...each, fromRoom: roomOf(house, each.from), toRoom: roomOf(house, each.to) }))
    .filter(({ fromRoom, toRoom }) => fromRoom !== toRoom);
}

/** Every folder that has rooms, the rooms with rooms of their own included. */
function houses(folder: string): string[] {
  const rooms = roomsIn(folder);
  return rooms.length === 0 ? [] : [folder, ...rooms.flatMap((room) => houses(`${folder}/${room}`))];
}

describe.each(Object.entries(HOUSES))("the rooms of %s", (house, { rooms, doors, maxEntries }) => {
  it("are all in the table", () => {
    const unknown = roomsIn(house).filter((room) => rooms[room] === undefined);
    expect(unknown.map((room) => `${house}/${room}: add the room to HOUSES in ${RULES}`)).toEqual([]);
  });

  it("exist or are planned", () => {
    const paths = Object.keys(rooms).map((room) => `${house}/${room}`);
    const missing = paths.filter((path) => !exists(`${path}/index.ts`) && PLANNED[path] === undefined);
    expect(missing.map((path) => `${path}/index.ts does not exist: delete the room from ${RULES}`)).toEqual([]);
  });

  it("import only the rooms that the table allows", () => {
    const allowed = (room: string) => rooms[room] ?? [];
    const wrong = importsInside(house).flatMap((each) => {
      const { fromRoom, toRoom } = each;
      if (fromRoom === undefined || toRoom === undefined || allowed(fromRoom) === "any") {
        return [];
      }
      const may = allowed(fromRoom);
      return may.includes(toRoom)
        ? []
        : [show(each, `${fromRoom}/ may import only ${[...may].join(", ") || "no room"}`)];
    });
    expect(wrong).toEqual([]);
  });

  it("do not import the files beside them", () => {
    const wrong = importsInside(house).filter(({ fromRoom, toRoom }) => fromRoom !== undefined && toRoom === undefined);
    expect(wrong.map((each) => show(each, "move into a room what a room needs"))).toEqual([]);
  });

  const crowd = () => {
    const known = new Set([...Object.keys(rooms), ...(doors ?? entriesOf(house))]);
    const beside = entriesOf(house).filter((entry) => !known.has(entry));
    const tooMany = maxEntries !== undefined && entriesOf(house).length > maxEntries;
    return [
      ...beside.map((entry) => `${house}/${entry} is neither a room nor a door: move it into a room`),
      ...(tooMany ? [`${house} has ${entriesOf(house).length} entries at its top, at most ${maxEntries}`] : []),
    ];
  };

  it("have only the doors beside them", () => {
    if (CROWDED[house] === undefined) {
      expect(crowd()).toEqual([]);
    } else {
      expect(crowd(), `${house} is tidy: delete it from CROWDED in ${EXCEPTIONS}`).not.toEqual([]);
    }
  });
});

describe("the rooms of every house", () => {
  const all = EXISTING_FOLDERS.filter((folder) => folder !== "lib" && folder !== "infra").flatMap(houses);

  it("are found", () => {
    expect(all).toEqual(expect.arrayContaining(["lib/local", "lib/local/engine", "lib/testing"]));
    expect(Object.keys(HOUSES).filter((house) => FOLDERS[house] === undefined)).toEqual([]);
  });

  it("have no circle", () => {
    const found = all.flatMap((house) => {
      const arrows = importsInside(house).flatMap(({ fromRoom, toRoom }) =>
        fromRoom === undefined || toRoom === undefined ? [] : [{ from: fromRoom, to: toRoom }],
      );
      return circles(arrows).map((circle) => `${house}: ${circle.join(" -> ")}: move what both need into a lower room`);
    });
    expect(found).toEqual([]);
  });
});
