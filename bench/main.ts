import { writeFile } from "node:fs/promises";
import { Command, Option } from "commander";
import { BENCHMARKS } from "./benchmarks/index.ts";
import { holds, machine, type Section, sectionAsMarkdown, sectionAsText, wholeNumber } from "./harness/index.ts";

interface Arguments {
  readonly rounds: number;
  readonly only?: readonly string[];
  readonly quick?: true;
  readonly json?: true;
  readonly markdown?: string;
}

const command = new Command("npm run bench --")
  .description("Measures Fanfare beside its peers, and says which of the project's targets were kept.")
  .option("--rounds <number>", "samples of each contender that count", wholeNumber, 7)
  .addOption(new Option("--only <name...>", "run only these").choices(BENCHMARKS.map(({ name }) => name)))
  .option("--quick", "leave out the largest sizes")
  .option("--json", "write JSON to standard output")
  .option("--markdown <file>", "write the tables to a file too")
  .parse();
const { rounds, only, quick = false, json = false, markdown } = command.opts<Arguments>();

const started = machine();
const sections: Section[] = [];
for (const benchmark of BENCHMARKS.filter(({ name }) => only === undefined || only.includes(name))) {
  const progress = (text: string) => process.stderr.write(`${benchmark.name}: ${text}\n`);
  try {
    const section = await benchmark.run({ rounds, quick, progress });
    sections.push(section);
    if (!json) {
      process.stdout.write(`${sectionAsText(section)}\n`);
    }
  } catch (error) {
    // What the others measured is not lost with it.
    process.stderr.write(`${benchmark.name} failed: ${error instanceof Error ? (error.stack ?? error) : error}\n`);
    process.exitCode = 1;
  }
}
if (json) {
  process.stdout.write(`${JSON.stringify({ machine: started, rounds, sections }, undefined, 2)}\n`);
}
if (markdown !== undefined) {
  await writeFile(markdown, asMarkdown());
}

function asMarkdown(): string {
  const { cpu, cores, memoryGiB, system, node, load, date } = started;
  const kept = sections.flatMap(({ targets }) => targets);
  return [
    "<!-- Written by `npm run bench -- --markdown docs/evidence/performance.tables.md`: do not edit. -->",
    "# Measurements",
    `${date}, ${cpu}, ${cores} cores, ${memoryGiB} GiB, ${system}, Node ${node}; load average ${load} at the start; ${rounds} rounds. ${kept.filter(holds).length} of ${kept.length} targets kept.`,
    ...sections.map(sectionAsMarkdown),
    "",
  ].join("\n\n");
}
