/** Regions and accounts: where resources are, and what differs between them. */
export {
  describePlace,
  differs,
  isElsewhere,
  isOtherPartition,
  type Place,
  placeOf,
  placeOfArn,
  shareEnvironment,
} from "./place.ts";
export { snsPrincipalNames, snsPrincipals, warnOfDisputedRegion, warnOfUnknownRegion } from "./sns-principals.ts";
