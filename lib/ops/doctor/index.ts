/** Compares what is deployed with what was promised. */
export { checkUp } from "./check-up.ts";
export type { CheckUp, Finding } from "./types.ts";
