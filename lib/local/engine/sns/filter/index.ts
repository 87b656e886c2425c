export { FilterPolicyError } from "./error.ts";
export { matchesFilterPolicy } from "./match.ts";
export { parseFilterPolicy } from "./parse.ts";
export { FilterableMessage } from "./subject.ts";
export type { FilterPolicy, FilterPolicyScope } from "./types.ts";
