export type { RequestLogEntry } from "./log.ts";
export { type LocalServer, PortUnavailable, type ServerOptions, startServer } from "./server.ts";
export type { FunctionGateway } from "./services/index.ts";
