export type { RequestLogEntry } from "./log.ts";
export { type LocalServer, PortUnavailable, type ServerOptions, startServer } from "./server.ts";
export type { FunctionGateway, FunctionReply } from "./services/index.ts";
