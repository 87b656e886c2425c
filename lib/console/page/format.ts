/** Numbers, times and sizes for people, in English. */

const count = new Intl.NumberFormat("en");
const rate = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });
const moment = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "medium" });

export const countText = (value: number): string => count.format(value);

export const rateText = (perSecond: number | undefined): string =>
  perSecond === undefined ? "–" : `${rate.format(perSecond)}/s`;

/** `1 dead letter`, `1,240 dead letters` */
export const plural = (value: number, one: string, many = `${one}s`): string =>
  `${countText(value)} ${value === 1 ? one : many}`;

const UNITS: readonly (readonly [seconds: number, unit: string])[] = [
  [86_400, "d"],
  [3_600, "h"],
  [60, "min"],
  [1, "s"],
];

/** `4 s`, `12 min`, `3 h`, `9 d`: one unit, rounded down. */
export function durationText(seconds: number | undefined): string {
  if (seconds === undefined || !Number.isFinite(seconds)) {
    return "–";
  }
  const [size, unit] = UNITS.find(([each]) => seconds >= each) ?? [1, "s"];
  return `${countText(Math.floor(seconds / size))} ${unit}`;
}

export const timeText = (milliseconds: number | undefined): string =>
  milliseconds === undefined ? "–" : moment.format(milliseconds);

export function bytesText(bytes: number): string {
  return bytes < 1_024 ? `${bytes} B` : `${rate.format(bytes / 1_024)} KiB`;
}
