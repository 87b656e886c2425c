/** What one command of this machine tells the others of a running `fanfare dev`. */
export { findSession, readSession, removeSession, type Session, type SessionTarget, writeSession } from "./session.ts";
export { sessionOf } from "./session-of.ts";
export { sessionTraces } from "./session-traces.ts";
