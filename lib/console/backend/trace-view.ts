import { type Cloud, type Fleet, type TraceSource, traceEvent } from "../../ops/index.ts";
import type { TraceView } from "../wire/index.ts";

/** What {@link createTrace} works with. */
export interface TraceParts {
  readonly cloud: Cloud;
  readonly fleet: () => Promise<Fleet>;
  readonly source: TraceSource;
}

/** Traces of events, as `fanfare trace` shows them. */
export function createTrace({ cloud, fleet, source }: TraceParts) {
  return async (id: string, deadLetters: boolean): Promise<TraceView> => {
    const { trace, lines, looked, notes } = await traceEvent(id, { cloud, fleet, source, deadLetters });
    const command = `fanfare trace ${shellWord(id)}${deadLetters ? " --dead-letters" : ""}`;
    return { lines, causationId: trace?.causationId, looked, notes, command };
  };
}

/** Ids are the sender's: what a shell would read as more than a word is quoted. */
function shellWord(text: string): string {
  return /^[\w.:/@+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
