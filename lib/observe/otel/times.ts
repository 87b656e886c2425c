import type { HrTime } from "@opentelemetry/api";

/**
 * Milliseconds since the Unix epoch as OpenTelemetry takes them: seconds and nanoseconds. An SDK would take a small plain number, which
 * a simulated clock has, for the time since the process started.
 */
export function timeInput(ms: number): HrTime {
  const seconds = Math.floor(ms / 1_000);
  return [seconds, Math.round((ms - seconds * 1_000) * 1_000_000)];
}
