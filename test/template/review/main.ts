/**
 * `npm run test:templates`: cdk-nag, cfn-lint and checkov over the reference app and a stack for every option. Each finding must be
 * in accepted.json, with its reason; each entry there must accept something. The reference app must also pass `cdk synth --strict`.
 * Ends with 0 if all that holds, otherwise with 1. Without Python, cfn-lint and checkov are skipped, and the output says so.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCommand } from "../../localstack/emulators/command.ts";
import { TargetUnavailable } from "../../localstack/unavailable.ts";
import { ACCEPTED, accepts, describeFindings, type Finding, unaccepted } from "./findings.ts";
import { nagFindings } from "./nag.ts";
import { checkovFindings, installPythonTools, lintFindings } from "./python-tools.ts";
import { reviewedApp } from "./stacks.ts";
import { Templates } from "./templates.ts";

const STRICT_TIMEOUT_MS = 5 * 60_000;

const print = (line: string) => process.stdout.write(`${line}\n`);

/** Returns what the validators in Python find, or `undefined` where they cannot be installed. */
async function pythonFindings(assembly: string): Promise<Finding[] | undefined> {
  let bin: string;
  try {
    bin = await installPythonTools(print);
  } catch (error) {
    if (error instanceof TargetUnavailable) {
      print(`skipped: ${error.message}`);
      return undefined;
    }
    throw error;
  }
  const templates = new Templates(assembly);
  return [...(await lintFindings(bin, templates)), ...(await checkovFindings(bin, templates))];
}

/** Fails if the CDK CLI has an error or a warning about the reference app. */
async function synthStrictly(output: string): Promise<boolean> {
  const args = ["synth", "--strict", "--quiet", "--output", output];
  const result = await runCommand("cdk", args, { timeoutMs: STRICT_TIMEOUT_MS });
  print(`cdk synth --strict of the reference app: ${result.code === 0 ? "passed" : `failed\n${result.output}`}`);
  return result.code === 0;
}

const assembly = mkdtempSync(join(tmpdir(), "fanfare-templates-"));
try {
  const app = reviewedApp(assembly);
  app.synth();
  const nag = nagFindings(app);
  const python = await pythonFindings(assembly);
  const findings = [...nag, ...(python ?? [])];
  for (const tool of ["cdk-nag", "cfn-lint", "checkov"] as const) {
    print(`${tool}: ${findings.filter((finding) => finding.tool === tool).length} findings`);
  }
  const open = unaccepted(findings);
  // An entry may be there for a validator that was skipped.
  const unused = python === undefined ? [] : ACCEPTED.filter((entry) => !findings.some((each) => accepts(entry, each)));
  if (open.length > 0) {
    print(`not accepted:\n${describeFindings(open)}`);
  }
  if (unused.length > 0) {
    print(`accepted, but no longer found; remove these from accepted.json:\n${JSON.stringify(unused, null, 2)}`);
  }
  print(
    `${open.length} findings are not accepted, ${findings.length - open.length} are, by ${ACCEPTED.length} entries`,
  );
  const strict = await synthStrictly(join(assembly, "strict"));
  process.exitCode = open.length > 0 || unused.length > 0 || !strict ? 1 : 0;
} finally {
  rmSync(assembly, { recursive: true, force: true });
}
