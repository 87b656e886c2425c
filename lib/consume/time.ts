/** `YYYY-MM-DDT` of the time read last, and the milliseconds at which that day began. Publishers send many times of one day. */
let day = "";
let dayBegan = Number.NaN;

const T = 84;
const Z = 90;
const COLON = 58;
const POINT = 46;

/**
 * Reads an RFC 3339 time; `undefined` for what is none. The engine's own parser takes 0.2 µs, a tenth of all that is done with a small
 * record: here it reads each day once, and the times of that day in the form that `toISOString` writes are counted.
 */
export function readTime(value: unknown): Date | undefined {
  if (typeof value !== "string") return undefined;
  const ms = value.length === 24 ? sinceDayBegan(value) : Number.NaN;
  const time = Number.isNaN(ms) ? new Date(value) : new Date(beginOfDay(value) + ms);
  return Number.isNaN(time.getTime()) ? undefined : time;
}

function beginOfDay(text: string): number {
  if (!text.startsWith(day) || day === "") {
    day = text.slice(0, 11);
    dayBegan = Date.parse(`${day}00:00:00.000Z`);
  }
  return dayBegan;
}

/** Milliseconds of `…THH:mm:ss.sssZ`, or NaN for any other form. */
function sinceDayBegan(text: string): number {
  const hours = number(text, 11, 2);
  const minutes = number(text, 14, 2);
  const seconds = number(text, 17, 2);
  const ms = number(text, 20, 3);
  const formed =
    text.charCodeAt(10) === T &&
    text.charCodeAt(13) === COLON &&
    text.charCodeAt(16) === COLON &&
    text.charCodeAt(19) === POINT &&
    text.charCodeAt(23) === Z;
  if (!formed || hours > 23 || minutes > 59 || seconds > 59) return Number.NaN;
  return ((hours * 60 + minutes) * 60 + seconds) * 1_000 + ms;
}

/** A number of some digits, or NaN. */
function number(text: string, at: number, digits: number): number {
  let value = 0;
  for (let index = at; index < at + digits; index++) {
    const digit = text.charCodeAt(index) - 48;
    if (digit < 0 || digit > 9) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}
