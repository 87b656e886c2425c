import type { Rule } from "../options.ts";

/** A rule that does not hold, and where. */
export interface Finding {
  readonly rule: Rule;
  readonly message: string;
  readonly event?: string | undefined;
  readonly subscriber?: string | undefined;
}
