/** What differs between AWS Regions. */
export { isOptInRegion, REGIONS_ENABLED_BY_DEFAULT } from "./opt-in.ts";
export { partitionOf } from "./partition.ts";
export { type SnsPrincipal, snsPrincipal } from "./sns-principal.ts";
