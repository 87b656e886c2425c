import { FanfareError } from "../../errors/index.ts";
import type { Cloud } from "../cloud/index.ts";
import type { Fleet } from "../fleet/index.ts";
import type { OutcomeFact, TraceSource } from "./facts.ts";
import { findLines } from "./insights.ts";
import { loggedOutcome } from "./logged-outcome.ts";

/** Characters of an id that log lines are searched for: they have 300 of it. */
const MAX_ID = 250;

/** Where and when log lines are looked for. */
export interface LogsSourceOptions {
  /** Milliseconds since the Unix epoch. @default 24 hours ago */
  readonly since?: number | undefined;
  /** @default now */
  readonly until?: number | undefined;
  /** Log groups besides those of the fleet's functions: of pollers. */
  readonly logGroups?: readonly string[] | undefined;
  /** Milliseconds between two looks at a query. @default 500 */
  readonly lookMs?: number | undefined;
}

const DAY_MS = 86_400_000;

/**
 * Looks for events in the logs of the fleet's functions, by CloudWatch Logs Insights. An outcome below the consumer's log level is not
 * there, and publishers log nothing.
 */
export function logsSource(cloud: Cloud, fleet: () => Promise<Fleet>, options: LogsSourceOptions = {}): TraceSource {
  return async (id, signal) => {
    const { until = Date.now(), since = until - DAY_MS, lookMs } = options;
    const { subscribers } = await fleet();
    const ofFunctions = subscribers.flatMap(({ mappings }) => mappings.map(({ logGroup }) => logGroup));
    const logGroups = [...new Set([...ofFunctions, ...(options.logGroups ?? [])])].sort();
    if (logGroups.length === 0) {
      throw new FanfareError(
        "ConfigurationInvalid",
        "there is no log group to look in: no function polls a queue here",
        {
          field: "log-group",
          remedy: "name those of your pollers with --log-group",
        },
      );
    }
    const asked = new Set<string>();
    const facts = new Map<string, OutcomeFact>();
    const notes = new Set<string>();
    const ask = async (ids: readonly string[]) => {
      const substrings = [...new Set(ids)].filter((each) => !asked.has(each));
      if (substrings.length === 0) {
        return;
      }
      for (const text of substrings) {
        asked.add(text);
      }
      const query = {
        substrings: substrings.map((text) => text.slice(0, MAX_ID)),
        logGroups,
        since,
        until,
        signal,
        lookMs,
      };
      const { lines, absent, cut } = await findLines(cloud, query);
      for (const line of lines) {
        const fact = loggedOutcome(line);
        if (fact !== undefined) {
          facts.set(`${fact.at} ${fact.queue} ${fact.messageId} ${fact.attempt}`, fact);
        }
      }
      for (const group of absent) {
        notes.add(`the log group ${group} does not exist: its function never ran, or logs elsewhere (--log-group)`);
      }
      if (cut) {
        notes.add("there are more lines than one query brings: look at less time with --since and --until");
      }
    };
    await ask([id]);
    // Of an event in the middle of a chain, the rest of the chain is known by what started it.
    const own = [...facts.values()].filter(({ eventId, messageId }) => eventId === id || messageId === id);
    await ask(own.flatMap(({ eventId, correlationId }) => [eventId, correlationId ?? eventId]));
    const times = `${new Date(since).toISOString()} to ${new Date(until).toISOString()}`;
    return {
      facts: [...facts.values()],
      looked: [`the logs of ${logGroups.join(", ")} from ${times} (--since and --until change that)`],
      notes: [...notes],
    };
  };
}
