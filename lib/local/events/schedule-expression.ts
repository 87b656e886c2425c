import { LocalError } from "../common/index.ts";
import { nextOfCron } from "./cron.ts";

const UNITS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** When a schedule runs next after a time, both in milliseconds since the epoch; undefined when it never does again. */
export type NextRun = (after: number) => number | undefined;

/**
 * Reads `rate(5 minutes)`, `cron(0 12 * * ? *)` or `at(2026-12-24T18:00:00)`. A rate counts from `start`.
 * Source: EventBridge User Guide, "Schedule types"; Scheduler User Guide, "Schedule types".
 *
 * @throws LocalError `TemplateInvalid`
 */
export function parseSchedule(expression: string, start: number, timeZone = "UTC"): NextRun {
  const [, kind = "", text = ""] = /^(rate|cron|at)\((.+)\)$/.exec(expression.trim()) ?? [];
  if (kind === "rate") {
    const [, count = "", unit = ""] = /^(\d+) (minute|hour|day)s?$/.exec(text) ?? [];
    const interval = Number(count) * (UNITS[unit] ?? Number.NaN);
    if (interval > 0) {
      return (after) => start + (Math.floor((after - start) / interval) + 1) * interval;
    }
  } else if (kind === "at") {
    const at = inZone(text, timeZone);
    if (!Number.isNaN(at)) {
      return (after) => (at > after ? at : undefined);
    }
  } else if (kind === "cron") {
    const next = nextOfCron(text);
    if (next !== undefined) {
      return (after) => {
        const local = next(after + offsetOf(after, timeZone));
        return local === undefined ? undefined : local - offsetOf(local - offsetOf(local, timeZone), timeZone);
      };
    }
  }
  throw new LocalError("TemplateInvalid", `the schedule ${expression} cannot be read`, {
    remedy: "write rate(5 minutes), cron(0 12 * * ? *) or at(2026-12-24T18:00:00)",
  });
}

function inZone(text: string, timeZone: string): number {
  const local = Date.parse(`${text}Z`);
  return Number.isNaN(local) ? local : local - offsetOf(local, timeZone);
}

/** What the clocks of a time zone are ahead of UTC, in milliseconds. */
function offsetOf(at: number, timeZone: string): number {
  if (timeZone === "UTC") {
    return 0;
  }
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
  }).formatToParts(at);
  const of = (type: string): number => Number(parts.find((part) => part.type === type)?.value);
  const minute = 60_000;
  return Date.UTC(of("year"), of("month") - 1, of("day"), of("hour"), of("minute")) - Math.floor(at / minute) * minute;
}
