import { expect, test } from "vitest";
import { Handling } from "../../../../lib/consume/schedule/handling.ts";

/** The handlers of an invocation, and what its settlement was told. */
function world() {
  const told: string[] = [];
  const handling = new Handling({ hurry: () => void told.push("hurry"), relax: () => void told.push("relax") });
  return { handling, told };
}

test("nothing is hurried before all deliveries have begun", () => {
  const { handling, told } = world();
  handling.begin();
  handling.end();
  expect(told).toEqual(["relax"]);
  handling.allBegun();
  expect(told).toEqual(["relax", "hurry"]);
});

test("nothing is hurried while a handler runs, and completions wait again for one that begins later", () => {
  const { handling, told } = world();
  handling.begin();
  handling.begin();
  handling.allBegun();
  handling.end();
  expect(told).toEqual(["relax"]);
  handling.end();
  handling.begin();
  handling.end();
  expect(told).toEqual(["relax", "hurry", "relax", "hurry"]);
});

test("where no handler runs, what fails before waits for others as usual", () => {
  const { handling, told } = world();
  handling.allBegun();
  expect(told).toEqual([]);
});
