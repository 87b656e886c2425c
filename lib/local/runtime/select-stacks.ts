import { LocalError } from "../common/index.ts";
import type { AssemblyStack } from "../deploy/index.ts";

/** The stacks with the given names or ids, all that they depend on, and the stacks that are nested in them. All stacks when no names are given. */
export function selectStacks(
  stacks: readonly AssemblyStack[],
  wanted: readonly string[] | undefined,
): readonly AssemblyStack[] {
  if (wanted === undefined || wanted.length === 0) {
    return stacks;
  }
  const selected = new Set<string>();
  const add = (stack: AssemblyStack): void => {
    if (!selected.has(stack.id)) {
      selected.add(stack.id);
      stacks
        .filter(({ id, nestedIn }) => stack.dependencies.includes(id) || nestedIn?.parentId === stack.id)
        .forEach(add);
    }
  };
  for (const name of wanted) {
    const found = stacks.filter((stack) => stack.name === name || stack.id === name);
    if (found.length === 0) {
      const known = stacks.map((stack) => stack.name).join(", ");
      throw new LocalError("NotFound", `the assembly has no stack ${name}; it has: ${known || "none"}`);
    }
    found.forEach(add);
  }
  return stacks.filter(({ id }) => selected.has(id));
}
