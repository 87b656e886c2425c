import { LocalError } from "../../local/common/index.ts";
import { type AssemblyStack, readAssembly } from "../../local/deploy/index.ts";
import { CliError, EXIT } from "../cli-error.ts";

/**
 * Reads the stacks of a cloud assembly, or those of the given names or ids.
 *
 * @throws CliError `EXIT.usage` for a folder that holds no assembly, or a name that no stack has: a difference has another exit code
 */
export function readStacks(folder: string, names: readonly string[] | undefined): readonly AssemblyStack[] {
  const stacks = stacksIn(folder);
  const isNamed = ({ name, id }: AssemblyStack, wanted: string) => name === wanted || id === wanted;
  for (const wanted of names ?? []) {
    if (!stacks.some((stack) => isNamed(stack, wanted))) {
      const known = stacks.map(({ name }) => name).join(", ");
      throw new CliError(`there is no stack ${wanted} in ${folder}: choose one of ${known}`, { exitCode: EXIT.usage });
    }
  }
  if (names === undefined) {
    return stacks;
  }
  const chosen = new Set(stacks.filter((stack) => names.some((wanted) => isNamed(stack, wanted))).map(({ id }) => id));
  // Parents stand before what is nested in them.
  return stacks.filter(({ id, nestedIn }) => {
    if (nestedIn !== undefined && chosen.has(nestedIn.parentId)) {
      chosen.add(id);
    }
    return chosen.has(id);
  });
}

function stacksIn(folder: string): readonly AssemblyStack[] {
  try {
    return readAssembly(folder);
  } catch (error) {
    throw error instanceof LocalError ? new CliError(error.message, { exitCode: EXIT.usage, cause: error }) : error;
  }
}
