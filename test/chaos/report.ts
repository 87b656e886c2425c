import Table from "cli-table3";
import type pc from "picocolors";
import { FAULT_KINDS } from "./proxy/index.ts";
import type { RunReport } from "./run.ts";

type Colors = ReturnType<typeof pc.createColors>;

/** One run for people. */
export function textReport(report: RunReport, colors: Colors): string {
  const { seed, events, seconds, crashes, kills, traffic, exhausted, checks } = report;
  const lines = [
    colors.bold(`seed ${seed}: ${events} events in ${seconds.toFixed(0)} s`),
    faults(report),
    `handlers killed in an invocation: ${crashes}`,
    `runtime killed: ${kills.length} times, with ${kills.map(({ inFlight }) => inFlight).join(", ")} messages in flight; ` +
      `back after ${kills.map(({ restartMs }) => `${(restartMs / 1_000).toFixed(1)} s`).join(", ")}`,
    `calls: ${traffic.calls}, ${traffic.unreachable} of them while the runtime was down; messages delivered: ` +
      `${traffic.deliveries}; publications begun anew: ${traffic.rejected}`,
    `tries used up by faults, and redriven: ${exhausted.withReason} with a reason, ${exhausted.withoutReason} without`,
    ...checks.map(
      ({ name, ok, detail }) => `  ${ok ? colors.green("ok") : colors.red("no")}  ${name.padEnd(13)} ${detail}`,
    ),
  ];
  return `${lines.join("\n")}\n`;
}

/** Faults by kind and service. */
function faults({ faults: counts }: RunReport): string {
  const services = ["sqs", "sns", "s3", "dynamodb"] as const;
  const table = new Table({
    head: ["fault", ...services, "all"],
    colAligns: ["left", ...services.map(() => "right" as const), "right"],
    style: { head: [], border: [] },
  });
  for (const kind of FAULT_KINDS) {
    const entries = Object.entries(counts[kind] ?? {});
    const sum = (service: string): number =>
      entries.reduce((total, [name, count]) => total + (name.startsWith(service) ? count : 0), 0);
    table.push([kind, ...services.map((service) => sum(`${service}.`)), sum("")]);
  }
  return table.toString();
}
