/** Regions and accounts: where resources are, and what differs between them. */
export { describePlace, differs, isElsewhere, type Place, placeOf, placeOfArn } from "./place.ts";
export { snsPrincipalNames, snsPrincipals, warnOfUnknownRegion } from "./sns-principals.ts";
