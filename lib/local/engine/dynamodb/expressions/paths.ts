import { attributeOf, type Item, type Value } from "../values/index.ts";
import type { Path } from "./ast.ts";

/** The value at a path, if the item has one. */
export function valueAt(item: Item | undefined, path: Path): Value | undefined {
  const [name, ...rest] = path;
  let value = attributeOf(item, name);
  for (const part of rest) {
    value = typeof part === "number" ? value?.L?.[part] : attributeOf(value?.M, part);
  }
  return value;
}

type Tree = Map<string | number, Tree>;

/** Of an item only what the paths lead to; elements of lists move up. */
export function project(item: Item, paths: readonly Path[]): Item {
  const tree: Tree = new Map();
  for (const path of paths) {
    let node = tree;
    for (const part of path) {
      const next: Tree = node.get(part) ?? new Map();
      node.set(part, next);
      node = next;
    }
  }
  return projectMap(item, tree);
}

function projectMap(item: Item, tree: Tree): Item {
  return Object.fromEntries(
    [...tree].flatMap(([part, rest]) => {
      const value = typeof part === "string" ? attributeOf(item, part) : undefined;
      const projected = value === undefined ? undefined : projectValue(value, rest);
      return projected === undefined ? [] : [[part, projected]];
    }),
  );
}

function projectValue(value: Value, tree: Tree): Value | undefined {
  if (tree.size === 0) {
    return value;
  }
  if (value.M !== undefined) {
    const projected = projectMap(value.M, tree);
    return Object.keys(projected).length === 0 ? undefined : { M: projected };
  }
  const positions = [...tree].flatMap(([part, rest]) => (typeof part === "number" ? [{ part, rest }] : []));
  const elements = positions
    .sort((left, right) => left.part - right.part)
    .flatMap(({ part, rest }) => {
      const element = value.L?.[part];
      return element === undefined ? [] : (projectValue(element, rest) ?? []);
    });
  return elements.length === 0 ? undefined : { L: elements };
}
