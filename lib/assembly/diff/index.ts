export { type Difference, differenceOf } from "./diff.ts";
