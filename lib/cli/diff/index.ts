/** `fanfare diff`: what a deployment would lose. */
export { type DiffOptions, diff } from "./diff.ts";
