export type { RequestLogEntry } from "./log.ts";
export type { LocalServer, ServerOptions } from "./server.ts";
export { PortUnavailable, startServer } from "./server.ts";
