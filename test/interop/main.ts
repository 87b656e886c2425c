import { parseArgs } from "node:util";
import { count, renderMarkdown, renderTable, renderVersions } from "./report.ts";
import { runSuites } from "./run.ts";
import { SUITES } from "./suites.ts";
import { startWorld } from "./world.ts";

/** Exit codes: unexplained red; a wrong argument; nothing could run. */
const FAILED = 1;
const WRONG_ARGUMENT = 2;
const NOTHING_RAN = 3;

const { values } = argumentsOrExit();
const awsClient = values["aws-client"];
if (awsClient !== "lean" && awsClient !== "sdk") {
  wrongArgument(`--aws-client is "${awsClient}": choose lean or sdk`);
}

const wanted = SUITES.filter(({ client }) => client.toLowerCase().includes(values.only.toLowerCase()));
const isTerminal = process.stderr.isTTY && !values.json;
const world = await startWorld(awsClient);
let done = 0;
const report = await runSuites(world, wanted, ({ client }) => {
  done += 1;
  if (isTerminal) {
    process.stderr.write(`\r\u001B[K${done} ${client}`);
  }
}).finally(() => world.close());
if (isTerminal) {
  process.stderr.write("\r\u001B[K");
}

if (values.json) {
  console.log(JSON.stringify(report, null, 2));
} else {
  console.log(values.markdown ? renderMarkdown(report) : renderTable(report));
  if (Object.keys(report.versions).length > 0) {
    console.log(renderVersions(report));
  }
  console.log(`${count(report, "limited")} red cells are explained by a limit of the other client`);
  console.log(
    `${count(report, "passed")} passed, ${count(report, "failed")} failed, ${count(report, "skipped")} skipped`,
  );
}
if (count(report, "failed") > 0) {
  process.exitCode = FAILED;
} else if (count(report, "passed") + count(report, "limited") === 0) {
  process.exitCode = NOTHING_RAN;
}

function argumentsOrExit() {
  try {
    return parseArgs({
      options: {
        /** Rows and versions as JSON, and nothing else. */
        json: { type: "boolean", default: false },
        /** The table as Markdown, for the documentation. */
        markdown: { type: "boolean", default: false },
        /** Only clients whose name holds this text. */
        only: { type: "string", default: "" },
        /** The client that Fanfare's consumer claims and settles with: lean or sdk. */
        "aws-client": { type: "string", default: "lean" },
      },
    });
  } catch (error) {
    return wrongArgument(error instanceof Error ? error.message : String(error));
  }
}

function wrongArgument(what: string): never {
  console.error(what);
  process.exit(WRONG_ARGUMENT);
}
