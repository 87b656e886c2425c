/** A redrive in steps, which stops by itself when letters come back. */
export { canaryRedrive } from "./canary.ts";
export type { CanaryCause, CanaryOptions, CanaryProgress, CanaryStep } from "./types.ts";
