/** Values of the right shape for what does not exist locally, so that whatever refers to it can still be deployed. */
export { placeholderAttribute } from "./attribute.ts";
export { hasPlaceholder, placeholderImport, placeholderSecret, splitPlaceholder } from "./foreign.ts";
export { parameterPlaceholder } from "./parameter.ts";
export { placeholderReference } from "./reference.ts";
