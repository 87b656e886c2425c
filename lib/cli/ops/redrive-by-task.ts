import pc from "picocolors";
import { countsOf, MAX_TASK_RATE, moveByTask, type TaskProgress } from "../../ops/index.ts";
import { CliError, EXIT } from "../cli-error.ts";
import { confirmNothing, confirmWrite } from "./confirm.ts";
import { connectTo } from "./connect.ts";
import type { ChangeOptions } from "./dlq-plan.ts";
import { noteWrite } from "./journal.ts";
import { deadLettersNamed } from "./named.ts";
import { Progress } from "./progress.ts";
import type { Surroundings } from "./surroundings.ts";
import { lettersText } from "./text.ts";

/** Has SQS itself move all of a dead-letter queue, after that has been confirmed. @throws CliError, exit code 2, for what a task cannot do */
export async function redriveByTask(name: string, options: ChangeOptions, surroundings: Surroundings): Promise<void> {
  refuseWhatTasksCannot(options);
  const { terminal, signal } = surroundings;
  const connection = connectTo(options, surroundings);
  const target = await deadLettersNamed(connection, name, options);
  const { queue, subscriber } = target;
  const { visible, inFlight } = await countsOf(connection.cloud, queue);
  const count = visible + inFlight;
  const plan = `redrive all of ${queue.name}, about ${lettersText(count)}, to ${subscriber.queue.name} by a message move task`;
  if (options.dryRun === true) {
    terminal.out(options.json === true ? JSON.stringify({ estimated: count, rate: options.rate }) : plan);
    return;
  }
  terminal.err(plan);
  if (count === 0) {
    confirmNothing(options);
    terminal.out(options.json === true ? JSON.stringify({ moved: 0, state: "completed" }) : "redriven 0 dead letters");
    return;
  }
  await confirmWrite({ name: queue.name, count, what: plan }, options, surroundings);
  noteWrite(surroundings, {
    what: "redrive",
    where: connection.title,
    queue: queue.arn,
    to: subscriber.queue.arn,
    filter: { all: true },
    count,
    moveTask: true,
  });
  const progress = new Progress(surroundings, "moved", count);
  let last: TaskProgress | undefined;
  for await (last of moveByTask(connection.cloud, target, { rate: options.rate, signal })) {
    progress.tell(last.moved);
  }
  const { moved = 0, state, problem } = last ?? {};
  terminal.out(
    options.json === true
      ? JSON.stringify({ moved, state, problem })
      : `${pc.green("redriven")} about ${lettersText(moved)} to ${subscriber.queue.name}${state === "cancelled" ? "; the task was cancelled" : ""}`,
  );
  if (state === "failed") {
    throw new CliError(`the task failed after about ${lettersText(moved)}: ${problem ?? "SQS gave no reason"}`);
  }
}

function refuseWhatTasksCannot(options: ChangeOptions): void {
  const { all, group, event, id, since, until, limit, canary, resume, settle, undelivered, rate } = options;
  const given = Object.entries({ group, event, id, since, until, limit, resume, settle })
    .filter(([, value]) => value !== undefined)
    .map(([option]) => `--${option}`);
  const refused = [...given, ...(canary === true ? ["--canary"] : [])];
  const isTaskRate = rate === undefined || (Number.isInteger(rate) && rate <= MAX_TASK_RATE);
  const problems: readonly (readonly [boolean, string])[] = [
    [all !== true, "a move task moves all of a queue: say --all"],
    [refused.length > 0, `a move task takes no ${refused.join(", ")}: leave out --move-task`],
    [undelivered === true, "a move task does not take a subscription's dead-letter queue: leave out --move-task"],
    [!isTaskRate, `a move task takes a --rate that is a whole number up to ${MAX_TASK_RATE}`],
  ];
  const [, why] = problems.find(([applies]) => applies) ?? [];
  if (why !== undefined) {
    throw new CliError(why, { exitCode: EXIT.usage });
  }
}
