import { parseArgs } from "node:util";
import { renderMarkdown, renderTable, versionsOf } from "./report.ts";
import { runSuite } from "./run.ts";
import { OURS, PEERS } from "./wrappers/index.ts";

const { values } = parseArgs({
  options: {
    /** Rows as JSON instead of the table. */
    json: { type: "boolean", default: false },
    /** Markdown instead of the table. */
    markdown: { type: "boolean", default: false },
    /** Only Fanfare. */
    ours: { type: "boolean", default: false },
    /** Only properties whose sentence holds this text. */
    only: { type: "string", default: "" },
  },
});

const wrappers = values.ours ? OURS : [...OURS, ...PEERS];
const rows = await runSuite(wrappers, values.only);
const ours = rows.flatMap((row) => row.outcomes.slice(0, OURS.length));
const failed = ours.filter((outcome) => outcome.status === "failed").length;
const passed = ours.filter((outcome) => outcome.status === "passed").length;

if (values.json) {
  const named = rows.map(({ chapter, name, outcomes }) => ({
    chapter,
    name,
    outcomes: Object.fromEntries(outcomes.map((outcome, index) => [wrappers[index]?.name, outcome])),
  }));
  console.log(JSON.stringify({ versions: wrappers.flatMap(versionsOf), properties: named }, null, 2));
} else if (values.markdown) {
  console.log(renderMarkdown(rows, wrappers));
} else {
  console.log(renderTable(rows, wrappers));
  for (const wrapper of wrappers) {
    const count = (status: string) =>
      rows.filter((row) => row.outcomes[wrappers.indexOf(wrapper)]?.status === status).length;
    const counts = `${count("passed")} passed, ${count("failed")} failed, ${count("n/a")} not applicable`;
    console.log(`${wrapper.name} (${versionsOf(wrapper).join(", ")}): ${counts}`);
  }
  console.log(`${passed} passed, ${failed} failed`);
}
// Handlers that hang, and workers that were killed, would keep the process alive.
process.exit(failed === 0 ? 0 : 1);
