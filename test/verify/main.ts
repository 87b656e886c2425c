/**
 * `npm run verify` explores what can happen to an event under the claim protocol, with two workers and with three, the shortest courses
 * of things first; then it plants faults, and tells for each the shortest course that shows it. See docs/evidence/verification.md.
 *
 * With two workers every state is explored, which takes about 20 minutes and 1.5 GB; with three, up to 200,000 states each.
 * `npm run verify -- --states 1000000` explores up to that many, with two workers as well.
 */
import { parseArgs } from "node:util";
import { type Exploration, explore } from "./explore.ts";
import { FAULTS } from "./faults.ts";
import { MODES, RULES } from "./rules.ts";

/** More than any exploration with two workers has. */
const ALL = 20_000_000;
const MOST_WITH_THREE = 200_000;

const { values } = parseArgs({ options: { states: { type: "string" } } });
const print = (text: string) => process.stdout.write(`${text}\n`);

function tell(name: string, { states, steps, depth, isComplete, counterexample }: Exploration): boolean {
  const extent = `${states.toLocaleString("en")} states, ${steps.toLocaleString("en")} steps, ${depth} deep`;
  print(`${counterexample === undefined ? "holds" : "BROKEN"}  ${name}: ${extent}${isComplete ? ", all of them" : ""}`);
  if (counterexample !== undefined) {
    print(`  ${counterexample.property}`);
    for (const [index, what] of counterexample.story.entries()) {
      print(`  ${String(index + 1).padStart(3)}. ${what}`);
    }
  }
  return counterexample === undefined;
}

let failures = 0;
for (const mode of MODES) {
  for (const workers of [2, 3]) {
    const maxStates = Number(values.states ?? (workers === 2 ? ALL : MOST_WITH_THREE));
    const config = { mode, rules: RULES, workers, invocations: workers, maxStates };
    failures += tell(`${mode}, ${workers} workers`, explore(config)) ? 0 : 1;
  }
}
print("\nPlanted faults, each with the shortest course of things that shows it:\n");
for (const { name, mode, rules } of FAULTS) {
  const isMissed = tell(
    name,
    explore({ mode, rules: { ...RULES, ...rules }, workers: 2, invocations: 2, maxStates: 100_000 }),
  );
  failures += isMissed ? 1 : 0;
}
print(failures === 0 ? "\nEverything holds, and every planted fault is found." : `\n${failures} unexpected results.`);
process.exitCode = failures === 0 ? 0 : 1;
