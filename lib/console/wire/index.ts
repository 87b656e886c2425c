/** What the console's server and its page say to each other, as JSON. Types only: the page is bundled for a browser. */
export type * from "./contract.ts";
export type * from "./failures.ts";
export type * from "./jobs.ts";
export type * from "./json.ts";
export type * from "./map.ts";
export type * from "./trace.ts";
