import Table from "cli-table3";
import pc from "picocolors";

/** Rows as a table for people. */
export function tableText(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const table = new Table({ head: head.map((each) => pc.bold(each)), style: { head: [], border: [] }, wordWrap: true });
  table.push(...rows.map((row) => [...row]));
  return table.toString();
}

export function numberText(value: number): string {
  return value.toLocaleString("en-US", { maximumFractionDigits: 1 });
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

/** An ISO 8601 time, or an age such as `90s`, `15m`, `2h`, `3d`, in milliseconds since the Unix epoch; `undefined` for other text. */
export function timeOf(text: string, now: number = Date.now()): number | undefined {
  const [, count, unit = ""] = /^(\d+)([smhd])$/.exec(text) ?? [];
  if (count !== undefined) {
    return now - Number(count) * ({ s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }[unit] ?? 0);
  }
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : at;
}
