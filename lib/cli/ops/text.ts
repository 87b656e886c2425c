export function numberText(value: number): string {
  return value.toLocaleString("en-US", { maximumFractionDigits: 1 });
}

/** `1 dead letter`, `1,240 dead letters`. */
export function lettersText(count: number): string {
  return `${numberText(count)} dead ${count === 1 ? "letter" : "letters"}`;
}

/** `3 d`, `5 h`, `12 min`, `40 s`; a dash for what is not known. */
export function durationText(seconds: number | undefined): string {
  if (seconds === undefined) {
    return "-";
  }
  const [days, hours, minutes] = [seconds / 86_400, seconds / 3_600, seconds / 60];
  return days >= 2
    ? `${Math.floor(days)} d`
    : hours >= 2
      ? `${Math.floor(hours)} h`
      : minutes >= 2
        ? `${Math.floor(minutes)} min`
        : `${Math.ceil(seconds)} s`;
}

/** A date, or a date and a time: `Date.parse` alone would take `5` for May 2001. */
const ISO_8601 = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?$/;

/** An ISO 8601 time, or an age such as `90s`, `15m`, `2h`, `3d`, in milliseconds since the Unix epoch; `undefined` for other text. */
export function timeOf(text: string, now: number = Date.now()): number | undefined {
  const [, count, unit = ""] = /^(\d+)([smhd])$/.exec(text) ?? [];
  if (count !== undefined) {
    return now - Number(count) * ({ s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }[unit] ?? 0);
  }
  const at = ISO_8601.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}
