import pc from "picocolors";
import { type Cloud, checkUp, isDenied, sweepTails } from "../../ops/index.ts";
import { CliError } from "../cli-error.ts";
import { connectTo } from "./connect.ts";
import { noteWrite } from "./journal.ts";
import { waitingFor } from "./progress.ts";
import type { PlaceOptions, Surroundings } from "./surroundings.ts";

/** Removes what tails left behind. Who may not remove it gets it as a finding. */
async function sweep(cloud: Cloud): Promise<readonly string[]> {
  try {
    return (await sweepTails(cloud)).map(({ queueName }) => queueName);
  } catch (error) {
    if (isDenied(error)) {
      return [];
    }
    throw error;
  }
}

/** Compares what is there with what the stack promised, after it has removed what tails left behind. @throws CliError, exit code 1, when something was found */
export async function doctor(
  options: PlaceOptions & { readonly json?: boolean | undefined },
  surroundings: Surroundings,
): Promise<void> {
  const { terminal } = surroundings;
  const { cloud, fleet, title } = connectTo(options, surroundings);
  const swept = await sweep(cloud);
  if (swept.length > 0) {
    noteWrite(surroundings, { what: "sweep", where: title, queues: swept });
  }
  const found = await fleet();
  const { findings, notes } = await waitingFor(surroundings, "checking what is deployed", () => checkUp(cloud, found));
  if (options.json === true) {
    terminal.out(JSON.stringify({ findings, notes, swept }));
  } else {
    for (const name of swept) {
      terminal.err(`removed ${name}: the queue of a tail that was over`);
    }
    for (const { severity, subscriber, message, fix } of findings) {
      const mark = severity === "error" ? pc.red("error") : pc.yellow("warning");
      terminal.out(`${mark} ${subscriber === "" ? "" : `${subscriber}: `}${message}\n      ${pc.dim(`fix: ${fix}`)}`);
    }
    for (const note of notes) {
      terminal.err(pc.dim(note));
    }
  }
  if (findings.length > 0) {
    throw new CliError(`${findings.length} ${findings.length === 1 ? "finding" : "findings"}`);
  }
  if (options.json !== true) {
    terminal.out(pc.green("nothing found"));
  }
}
