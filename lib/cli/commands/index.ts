import type { Command } from "commander";
import type { Terminal } from "../terminal.ts";
import { consoleCommand } from "./console.ts";
import { devCommand } from "./dev.ts";
import { diffCommand } from "./diff.ts";
import { dlqCommand } from "./dlq.ts";
import { doctorCommand } from "./doctor.ts";
import { graphCommand } from "./graph.ts";
import { invokeCommand } from "./invoke.ts";
import { pauseCommand } from "./pause.ts";
import { planCommand } from "./plan.ts";
import { psCommand } from "./ps.ts";
import { runbookCommand } from "./runbook.ts";
import { sendCommand } from "./send.ts";
import { tailCommand } from "./tail.ts";
import { traceCommand } from "./trace.ts";

/** What the commands get of their process. */
export interface Given {
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
}

/** The commands of `fanfare`, in the order of its help. */
export function commandsOf(given: Given): readonly Command[] {
  return [
    devCommand(given),
    consoleCommand(given),
    sendCommand(given),
    invokeCommand(given),
    diffCommand(given),
    graphCommand(given),
    planCommand(given),
    psCommand(given),
    dlqCommand(given),
    doctorCommand(given),
    traceCommand(given),
    tailCommand(given),
    runbookCommand(given),
    pauseCommand(given, "pause"),
    pauseCommand(given, "resume"),
  ];
}
