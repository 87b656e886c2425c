import pc from "picocolors";
import { checkUp } from "../../ops/index.ts";
import { CliError } from "../cli-error.ts";
import { connectTo } from "./connect.ts";
import type { PlaceOptions, Surroundings } from "./surroundings.ts";

/** Compares what is there with what the stack promised. @throws CliError, exit code 1, when something was found */
export async function doctor(
  options: PlaceOptions & { readonly json?: boolean | undefined },
  surroundings: Surroundings,
): Promise<void> {
  const { terminal } = surroundings;
  const { cloud, fleet } = connectTo(options, surroundings);
  const { findings, notes } = await checkUp(cloud, await fleet());
  if (options.json === true) {
    terminal.out(JSON.stringify({ findings, notes }));
  } else {
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
