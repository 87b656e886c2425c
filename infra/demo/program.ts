import { parseArgs } from "node:util";
import pc from "picocolors";
import { runDemo } from "./demo.ts";
import { progressBars, progressLines } from "./report/progress.ts";
import { textReport } from "./report/text.ts";

const HELP = `Runs the reference app on this machine, sends it orders, webhooks, images, duplicates and poison messages, and reports
what became of each message.

  npm run demo -- [--json] [--orders <number>]

  --json      print the report as one JSON object on stdout, and the progress on stderr
  --orders    number of ordinary orders, 20 to 10000 (default: 300)
  --help      print this help

Exit code: 0 if nothing is lost or unexpected, 1 otherwise, 2 for wrong arguments.
`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      json: { type: "boolean", default: false },
      orders: { type: "string", default: "300" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const ordinary = Number(values.orders);
  if (!Number.isSafeInteger(ordinary) || ordinary < 20 || ordinary > 10_000) {
    throw new RangeError(`--orders is ${values.orders}: give a whole number from 20 to 10000`);
  }
  const out = values.json ? process.stderr : process.stdout;
  const report = await runDemo({
    orders: { ordinary, flaky: 3, bounced: 1, implausible: 1 },
    repeated: 20,
    progress: out.isTTY ? progressBars(out) : progressLines(out),
  });
  process.stdout.write(values.json ? `${JSON.stringify(report, undefined, 2)}\n` : `\n${textReport(report, pc)}`);
  return report.ok ? 0 : 1;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    const wrongUse = error instanceof RangeError || (error instanceof TypeError && "code" in error);
    const help = wrongUse ? " (npm run demo -- --help lists the options)" : "";
    process.stderr.write(`${pc.red("demo:")} ${error instanceof Error ? error.message : String(error)}${help}\n`);
    process.exitCode = wrongUse ? 2 : 1;
  },
);
