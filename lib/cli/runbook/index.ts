/** `fanfare runbook`: what to do at each alarm, with the names of what is deployed. */
export { type RunbookVerbOptions, runbook } from "./runbook.ts";
