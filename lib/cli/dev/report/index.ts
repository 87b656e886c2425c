/** What `fanfare dev` tells: lines for people, or JSON for programs. */
export { JsonReporter } from "./json-reporter.ts";
export { PeopleReporter } from "./people-reporter.ts";
export type { Reporter } from "./reporter.ts";
