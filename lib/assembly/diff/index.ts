export { type Difference, differenceOf } from "./diff.ts";
export type { Finding } from "./finding.ts";
