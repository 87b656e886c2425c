/** The day of the time read last, as the number yyyymmdd, and the milliseconds at which it began. Publishers send many times of one day. */
let day = -1;
let dayBegan = Number.NaN;

const MINUS = 45;
const POINT = 46;
const COLON = 58;
const T = 84;
const Z = 90;

/**
 * Reads an RFC 3339 time; `undefined` for what is none. The engine's own parser takes 0.2 µs, a tenth of all that is done with a small
 * record: here it reads each day once, and the times of that day in the form that `toISOString` writes are counted.
 */
export function readTime(value: unknown): Date | undefined {
  if (typeof value !== "string") return undefined;
  const counted = inWrittenForm(value) ? milliseconds(value) : -1;
  const ms = counted < 0 ? Date.parse(value) : dayBegan + counted;
  return Number.isNaN(ms) ? undefined : new Date(ms);
}

/** Whether all but the digits of `yyyy-mm-ddThh:mm:ss.sssZ` is there. */
function inWrittenForm(text: string): boolean {
  return (
    text.length === 24 &&
    text.charCodeAt(4) === MINUS &&
    text.charCodeAt(7) === MINUS &&
    text.charCodeAt(10) === T &&
    text.charCodeAt(13) === COLON &&
    text.charCodeAt(16) === COLON &&
    text.charCodeAt(19) === POINT &&
    text.charCodeAt(23) === Z
  );
}

/** Milliseconds since {@link dayBegan}, which is set to the time's own day; negative for what is no time. */
function milliseconds(text: string): number {
  const date = (two(text, 0) * 100 + two(text, 2)) * 10_000 + two(text, 5) * 100 + two(text, 8);
  const hours = two(text, 11);
  const minutes = two(text, 14);
  const seconds = two(text, 17);
  const hundredths = two(text, 20);
  const thousandths = text.charCodeAt(22) - 48;
  const counted = hours < 24 && minutes < 60 && seconds < 60 && thousandths >= 0 && thousandths <= 9;
  if (!counted || date < 0 || (hours | minutes | seconds | hundredths) < 0) return -1;
  if (date !== day) {
    day = date;
    dayBegan = Date.parse(`${text.slice(0, 11)}00:00:00.000Z`);
  }
  return ((hours * 60 + minutes) * 60 + seconds) * 1_000 + hundredths * 10 + thousandths;
}

/** A number of two digits; for anything else one so negative that no other digits can make up for it. */
function two(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48;
  const ones = text.charCodeAt(at + 1) - 48;
  return tens < 0 || tens > 9 || ones < 0 || ones > 9 ? -100_000_000 : tens * 10 + ones;
}
