import { setTimeout as delay } from "node:timers/promises";
import { describeError, FanfareError } from "../../errors/index.ts";
import { type Cloud, mapLimited } from "../cloud/index.ts";

/** Log groups of one query. Source: CloudWatch Logs API Reference, `StartQuery`. */
const MAX_GROUPS = 50;

/** Lines that one query brings, at most. */
const MAX_LINES = 10_000;

/** Queries under way at once: 30 are allowed in an account. Source: CloudWatch Logs API Reference, `StartQuery`. */
const AT_ONCE = 5;

/** Milliseconds until a query is given up. Hours of a busy app take seconds. */
const PATIENCE_MS = 60_000;

/** Milliseconds between two looks at a query that runs. */
const LOOK_MS = 500;

/** What a query looks for. */
export interface LinesQuery {
  /** Lines that contain any of these. */
  readonly substrings: readonly string[];
  readonly logGroups: readonly string[];
  /** Milliseconds since the Unix epoch. */
  readonly since: number;
  readonly until: number;
  readonly signal?: AbortSignal | undefined;
  /** @default 500 */
  readonly lookMs?: number | undefined;
}

/** One line of a log. */
export interface LoggedLine {
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  readonly logGroup: string;
  readonly text: string;
}

/** The lines that a query brought, and the log groups that do not exist: of functions that never ran. */
export interface FoundLines {
  readonly lines: readonly LoggedLine[];
  readonly absent: readonly string[];
  /** Whether there were more lines than one query brings. */
  readonly cut: boolean;
}

/**
 * Outcome lines of consumers that contain a text, by CloudWatch Logs Insights.
 *
 * @throws FanfareError `ConfigurationInvalid` for a query that fails or takes longer than a minute; the errors of CloudWatch Logs
 */
export async function findLines(cloud: Cloud, query: LinesQuery): Promise<FoundLines> {
  const groups = [...new Set(query.logGroups)];
  const chunks = Array.from({ length: Math.ceil(groups.length / MAX_GROUPS) }, (_, index) =>
    groups.slice(index * MAX_GROUPS, (index + 1) * MAX_GROUPS),
  );
  const found = await mapLimited(chunks, (chunk) => linesOf(cloud, query, chunk), AT_ONCE);
  return joined(found);
}

function joined(found: readonly FoundLines[]): FoundLines {
  return {
    lines: found.flatMap(({ lines }) => lines),
    absent: found.flatMap(({ absent }) => absent),
    cut: found.some(({ cut }) => cut),
  };
}

/** One log group that does not exist fails the query for all: halves are then queried, down to the one. */
async function linesOf(cloud: Cloud, query: LinesQuery, groups: readonly string[]): Promise<FoundLines> {
  try {
    return await queried(cloud, query, groups);
  } catch (error) {
    if (describeError(error).name !== "ResourceNotFoundException") {
      throw error;
    }
    if (groups.length === 1) {
      return { lines: [], absent: groups, cut: false };
    }
    const middle = Math.ceil(groups.length / 2);
    const halves = [groups.slice(0, middle), groups.slice(middle)];
    return joined(await mapLimited(halves, (half) => linesOf(cloud, query, half), 2));
  }
}

async function queried(cloud: Cloud, query: LinesQuery, logGroups: readonly string[]): Promise<FoundLines> {
  const { sdk, call } = await cloud.logs();
  const start = new sdk.StartQueryCommand({
    logGroupNames: [...logGroups],
    startTime: Math.floor(query.since / 1_000),
    endTime: Math.ceil(query.until / 1_000),
    queryString: queryText(query.substrings),
    limit: MAX_LINES,
  });
  const { queryId } = await call((client, options) => client.send(start, options));
  const deadline = performance.now() + PATIENCE_MS;
  try {
    for (;;) {
      const look = new sdk.GetQueryResultsCommand({ queryId });
      const { status, results = [] } = await call((client, options) => client.send(look, options));
      if (status === "Complete") {
        return { lines: results.map(lineOf), absent: [], cut: results.length >= MAX_LINES };
      }
      if (status !== "Scheduled" && status !== "Running" && status !== "Unknown") {
        throw failed(`the query ended as ${status}`);
      }
      if (performance.now() > deadline) {
        throw failed(`the query has no result after ${PATIENCE_MS / 1_000} s`);
      }
      await delay(query.lookMs ?? LOOK_MS, undefined, { signal: query.signal });
    }
  } catch (error) {
    const stop = new sdk.StopQueryCommand({ queryId });
    await call((client, options) => client.send(stop, options)).catch(() => undefined);
    throw error;
  }
}

function failed(message: string): FanfareError {
  return new FanfareError("ConfigurationInvalid", `CloudWatch Logs Insights: ${message}`, {
    field: "since",
    remedy: "look at less time with --since and --until",
  });
}

/**
 * The query, in Logs Insights QL. It compares text and not fields: Lambda's JSON format, loggers of the user and the log class decide
 * whether there are fields, and under which names.
 */
export function queryText(substrings: readonly string[]): string {
  // A line is JSON: the text is in it as JSON writes it.
  const any = substrings.map((text) => `@message like ${quoted(JSON.stringify(text).slice(1, -1))}`).join(" or ");
  return `fields @timestamp, @log, @message | filter @message like ${quoted("outcome")} and (${any}) | sort @timestamp asc`;
}

function quoted(text: string): string {
  return `"${text.replaceAll(/["\\]/g, "\\$&")}"`;
}

function lineOf(
  row: readonly { readonly field?: string | undefined; readonly value?: string | undefined }[],
): LoggedLine {
  const value = (name: string) => row.find(({ field }) => field === name)?.value ?? "";
  // `2026-11-29 22:10:01.123`, in UTC. The log is `ACCOUNT:NAME`.
  const at = Date.parse(`${value("@timestamp").replace(" ", "T")}Z`);
  return { at, logGroup: value("@log").replace(/^\d+:/, ""), text: value("@message") };
}
