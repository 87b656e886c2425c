import { join } from "node:path";
import pc from "picocolors";
import {
  type CanaryProgress,
  type CanaryStep,
  canaryRedrive,
  type MoveProgress,
  moveLetters,
} from "../../ops/index.ts";
import { CliError } from "../cli-error.ts";
import { confirmNothing, confirmWrite } from "./confirm.ts";
import { type ChangeOptions, planned, planOf, planText } from "./dlq-plan.ts";
import { homeOf, noteWrite } from "./journal.ts";
import { Progress } from "./progress.ts";
import { redriveByTask } from "./redrive-by-task.ts";
import type { Surroundings } from "./surroundings.ts";
import { lettersText, numberText } from "./text.ts";

/** More letters than these are redriven with a canary, unless it is declined. */
const CANARY_FROM = 100;

/** Moves letters back to their subscriber's queue, after the plan has been confirmed. */
export async function redrive(name: string, options: ChangeOptions, surroundings: Surroundings): Promise<void> {
  const { terminal, signal } = surroundings;
  if (options.moveTask === true) {
    return await redriveByTask(name, options, surroundings);
  }
  const { connection, plan } = await planned(name, options, surroundings);
  const { from, to, filter, estimated } = plan;
  const canary = options.canary ?? estimated > CANARY_FROM;
  if (options.dryRun === true) {
    terminal.out(
      options.json === true ? JSON.stringify({ ...planOf(plan), canary }) : planText(plan, "redrive", terminal.columns),
    );
    return;
  }
  terminal.err(planText(plan, "redrive", terminal.columns));
  if (estimated === 0) {
    confirmNothing(options);
    terminal.out(
      options.json === true ? JSON.stringify({ moved: 0, failed: 0, returned: 0, late: 0 }) : "redriven 0 dead letters",
    );
    return;
  }
  if (canary) {
    terminal.err("in steps: 1 dead letter, then 10, then the rest; it stops when more than 20 % of a step come back");
  }
  const what = `redrive ${lettersText(estimated)} to ${to.name}`;
  await confirmWrite({ name: from.queue.name, count: estimated, what }, options, surroundings);
  const file = `${new Date().toISOString().replaceAll(/[:.]/g, "-")}-${from.queue.name}.ndjson`;
  const journal = options.resume ?? join(homeOf(surroundings), "moves", file);
  noteWrite(surroundings, {
    what: "redrive",
    where: connection.title,
    queue: from.queue.arn,
    to: to.arn,
    filter,
    count: estimated,
    canary,
    journal,
  });
  terminal.err(pc.dim(`journal ${journal}: after a crash, continue with the same command and --resume ${journal}`));
  const { rate, limit, settle } = options;
  const how = { rate, limit, journal, signal, settleSeconds: settle };
  const progress = new Progress(surroundings, "moved", estimated);
  const steps = new StepLines(terminal);
  const move: AsyncGenerator<MoveProgress & Partial<CanaryProgress>> = (canary ? canaryRedrive : moveLetters)(
    connection.cloud,
    from,
    filter,
    how,
  );
  let last: (MoveProgress & Partial<CanaryProgress>) | undefined;
  for await (const each of move) {
    progress.tell(each.moved);
    steps.tell(each.steps ?? []);
    last = each;
  }
  const { moved = 0, failed = 0, problem, stopped, late = 0 } = last ?? {};
  const returned = last?.steps?.reduce((sum, { back }) => sum + back, 0) ?? last?.returned ?? 0;
  const stay = [
    returned > 0 ? `; ${numberText(returned)} came back` : "",
    late > 0 ? `; ${numberText(late)} arrived since then and stay` : "",
  ].join("");
  terminal.out(
    options.json === true
      ? JSON.stringify({ moved, failed, returned, late, problem, stopped, steps: last?.steps, journal })
      : `${pc.green("redriven")} ${lettersText(moved)} to ${to.name}${stay}`,
  );
  if (stopped !== undefined) {
    throw new CliError(`stopped after ${numberText(moved)} of about ${lettersText(estimated)}: ${stopped}`);
  }
  if (failed > 0) {
    throw new CliError(`${lettersText(failed)} were refused and stay in ${from.queue.name}: ${problem}`);
  }
}

/** A line when a step of a canary has begun to be watched, and one when it has ended. */
class StepLines {
  readonly #terminal: Surroundings["terminal"];
  #told = "";

  constructor(terminal: Surroundings["terminal"]) {
    this.#terminal = terminal;
  }

  tell(steps: readonly CanaryStep[]): void {
    const step = steps.at(-1);
    const line = `${steps.length} ${step?.state}`;
    if (step === undefined || step.state === "moving" || line === this.#told) {
      return;
    }
    this.#told = line;
    this.#terminal.err(stepText(step, steps.length));
  }
}

function stepText({ state, moved, processed, back, open }: CanaryStep, number: number): string {
  const title = `step ${number}: ${lettersText(moved)} moved`;
  return state === "watching"
    ? pc.dim(`${title}; waiting for what becomes of ${moved === 1 ? "it" : "them"}`)
    : `${title}, ${numberText(processed)} done, ${numberText(back)} back, ${numberText(open)} not known: ${state}`;
}
