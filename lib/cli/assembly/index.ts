/** Cloud assemblies, for the commands that read them. */
export { readStacks } from "./read-stacks.ts";
