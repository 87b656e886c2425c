import type { SimulationReport } from "../../lib/testing/index.ts";

const number = new Intl.NumberFormat("en-US");

/** What many runs came to, for people. */
export function renderReport(report: SimulationReport, seconds: number): string {
  const faults = Object.values(report.faults).reduce((sum, count) => sum + count, 0);
  const lines: [string, string][] = [
    ["runs", `${number.format(report.runs)} in ${seconds.toFixed(1)} s`],
    ["events", number.format(report.events)],
    ["handlers started", number.format(report.handled)],
    ["interleavings", `${number.format(report.interleavings)}, ${number.format(report.steps)} steps`],
    ["faults", `${number.format(faults)}: ${listed(report.faults)}`],
    ["outcomes", listed(report.outcomes)],
    ["violations", number.format(report.violations.length)],
  ];
  return lines.map(([name, value]) => `${name.padEnd(18)}${value}`).join("\n");
}

function listed(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([name, count]) => `${name} ${number.format(count)}`)
    .join(", ");
}
