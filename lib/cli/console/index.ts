/** `fanfare console`: the operators' page, of a running `fanfare dev` or of an account. */
export { type ConsoleCommandOptions, serveConsole } from "./console.ts";
export { type LocalConsole, openLocalConsole } from "./open-console.ts";
