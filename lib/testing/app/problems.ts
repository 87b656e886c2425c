import type { Journal } from "./journal.ts";
import type { AppSubscriber } from "./subscribers.ts";

/** Most lines of a function that are quoted: the end of its output says why it failed. */
const MAX_LINES = 10;

/** What went wrong at each of these subscribers, as text: the last problem with how often it was seen, and what the function printed. */
export function problemsAt(subscribers: readonly AppSubscriber[], journal: Journal): readonly string[] {
  return subscribers.flatMap(({ title, functionName }) => {
    const problems = journal.problems.filter((problem) => problem.functionName === functionName);
    const last = problems.at(-1);
    if (functionName === undefined || last === undefined) {
      return [];
    }
    const times = problems.filter(({ message }) => message === last.message).length;
    const printed = journal.lines
      .filter((line) => line.functionName === functionName)
      .slice(-MAX_LINES)
      .map(({ line }) => `    ${line}`);
    return [[`At ${title}: ${last.message}${times > 1 ? ` (${times} times)` : ""}`, ...printed].join("\n")];
  });
}
