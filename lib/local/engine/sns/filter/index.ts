export { FilterPolicyError } from "./error.ts";
export { FILTER_LIMITS } from "./limits.ts";
export { matchesFilterPolicy } from "./match.ts";
export { parseFilterPolicy } from "./parse.ts";
export { FilterableMessage } from "./subject.ts";
export type { FilterPolicy, FilterPolicyScope } from "./types.ts";
