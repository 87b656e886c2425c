/** What became of an event at each subscriber: from a running `fanfare dev`, from logs, and from dead-letter queues. */
export { buildTrace } from "./build.ts";
export type {
  OutcomeFact,
  PublicationFact,
  TraceFact,
  TraceFindings,
  TraceSource,
} from "./facts.ts";
export { TraceJournal } from "./journal.ts";
export { type TraceLine, traceLines } from "./lines.ts";
export { logsSource } from "./logs-source.ts";
export type { EventTrace } from "./model.ts";
export { type TracedEvent, traceEvent } from "./trace-event.ts";
