/** What a user gives, and what becomes of it with defaults and the environment that the constructs set. */
export type { ConsumeOptions } from "./options.ts";
export { resolveConsumeOptions } from "./settings.ts";
