const MINUTE = 60_000;
const DAY = 86_400_000;

/** How far ahead a match is looked for: the next 29 February is at most eight years away. */
const MAX_DAYS = 8 * 366 + 1;

const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const WEEKDAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

type Matches = (value: number) => boolean;
type MatchesDay = (date: Date) => boolean;

/**
 * Reads the six fields of AWS's cron expressions: minutes, hours, day of the month, month, day of the week, year. Returns
 * when it matches next after a time; undefined for an expression that cannot be read.
 * Source: EventBridge User Guide, "Cron expressions".
 */
export function nextOfCron(text: string): ((after: number) => number | undefined) | undefined {
  const fields = text.trim().split(/\s+/);
  const [minutes, hours, month, year] = [
    field(fields[0], 0, 59),
    field(fields[1], 0, 23),
    field(named(fields[3], MONTHS, 1), 1, 12),
    field(fields[5], 1970, 2199),
  ];
  const dayOfMonth = monthDay(fields[2]);
  const dayOfWeek = weekDay(named(fields[4], WEEKDAYS, 1));
  if (fields.length !== 6 || !minutes || !hours || !month || !year || !dayOfMonth || !dayOfWeek) {
    return undefined;
  }
  const matchesDay: MatchesDay = (date) =>
    month(date.getUTCMonth() + 1) && year(date.getUTCFullYear()) && dayOfMonth(date) && dayOfWeek(date);
  return (after) => {
    const first = (Math.floor(after / MINUTE) + 1) * MINUTE;
    const firstDay = Math.floor(first / DAY);
    for (let day = firstDay; day < firstDay + MAX_DAYS; day += 1) {
      if (matchesDay(new Date(day * DAY))) {
        for (let at = Math.max(first, day * DAY); at < (day + 1) * DAY; at += MINUTE) {
          const date = new Date(at);
          if (hours(date.getUTCHours()) && minutes(date.getUTCMinutes())) {
            return at;
          }
        }
      }
    }
    return undefined;
  };
}

/** Replaces names such as `MON` by their numbers. */
function named(text: string | undefined, names: readonly string[], first: number): string | undefined {
  return text?.replaceAll(/[A-Za-z]{3}/g, (name) => {
    const at = names.indexOf(name.toUpperCase());
    return at < 0 ? name : String(at + first);
  });
}

/** `*`, `5`, `1-5`, `0/15`, and lists of these. */
function field(text: string | undefined, low: number, high: number): Matches | undefined {
  const tests = (text ?? "").split(",").map((part): Matches | undefined => {
    const [, from = "", to, step] = /^(\*|\?|\d+)(?:-(\d+))?(?:\/(\d+))?$/.exec(part) ?? [];
    if (from === "") {
      return undefined;
    }
    const isAny = from === "*" || from === "?";
    const start = isAny ? low : Number(from);
    const end = to !== undefined ? Number(to) : isAny || step !== undefined ? high : start;
    const every = Number(step ?? 1);
    const isValid = start >= low && end <= high && start <= end && every > 0;
    return isValid ? (value) => value >= start && value <= end && (value - start) % every === 0 : undefined;
  });
  return tests.every((test) => test !== undefined) ? (value) => tests.some((test) => test?.(value)) : undefined;
}

/** Days of the month: also `L`, the last one, and `15W`, the weekday that is nearest. */
function monthDay(text: string | undefined): MatchesDay | undefined {
  if (text === "L") {
    return (date) => date.getUTCDate() === lastDayOf(date);
  }
  const weekday = /^(\d+)W$/.exec(text ?? "")?.[1];
  if (weekday !== undefined) {
    return (date) => date.getUTCDate() === nearestWeekday(date, Number(weekday));
  }
  const matches = field(text, 1, 31);
  return matches === undefined ? undefined : (date) => matches(date.getUTCDate());
}

/** Days of the week, Sunday is 1: also `6L`, the month's last Friday, and `3#2`, its second Tuesday. */
function weekDay(text: string | undefined): MatchesDay | undefined {
  const [, last] = /^(\d)?L$/.exec(text ?? "") ?? [];
  if (text?.endsWith("L")) {
    return (date) => date.getUTCDay() + 1 === Number(last ?? 7) && date.getUTCDate() > lastDayOf(date) - 7;
  }
  const [, day, nth] = /^(\d)#(\d)$/.exec(text ?? "") ?? [];
  if (day !== undefined) {
    return (date) => date.getUTCDay() + 1 === Number(day) && Math.ceil(date.getUTCDate() / 7) === Number(nth);
  }
  const matches = field(text, 1, 7);
  return matches === undefined ? undefined : (date) => matches(date.getUTCDay() + 1);
}

function lastDayOf(date: Date): number {
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
}

/** The weekday nearest to a day of the month, in the same month. */
function nearestWeekday(date: Date, day: number): number {
  const last = lastDayOf(date);
  const wanted = Math.min(day, last);
  const weekday = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), wanted)).getUTCDay();
  if (weekday === 6) {
    return wanted > 1 ? wanted - 1 : wanted + 2;
  }
  return weekday === 0 ? (wanted < last ? wanted + 1 : wanted - 2) : wanted;
}
