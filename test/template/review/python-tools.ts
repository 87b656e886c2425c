import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { runCommand, tail } from "../../localstack/emulators/command.ts";
import { prepareVirtualEnvironment } from "../../localstack/emulators/virtual-environment.ts";
import type { Finding } from "./findings.ts";
import type { Templates } from "./templates.ts";

const TIMEOUT_MS = 10 * 60_000;

/** Installs cfn-lint and checkov, pinned, into a virtual environment below `.fanfare`, and returns its `bin` folder. */
export function installPythonTools(note: (text: string) => void): Promise<string> {
  return prepareVirtualEnvironment({
    name: "cfn-lint and checkov",
    directory: resolve(".fanfare/templates-venv"),
    requirements: fileURLToPath(new URL("requirements.txt", import.meta.url)),
    note,
  });
}

interface LintMatch {
  readonly Filename: string;
  readonly Message: string;
  readonly Rule: { readonly Id: string };
  readonly Location: { readonly Path: readonly (string | number)[] | null };
}

/** Returns what cfn-lint finds: errors, warnings and informational messages. */
export async function lintFindings(bin: string, templates: Templates): Promise<Finding[]> {
  const args = ["--include-checks", "I", "--format", "json", "--", ...templates.files];
  const matches: readonly LintMatch[] = await runJson(join(bin, "cfn-lint"), args);
  return matches.map(({ Filename, Message, Rule, Location }) => ({
    tool: "cfn-lint",
    rule: Rule.Id,
    path: templates.pathOf(Filename, String(Location.Path?.[1] ?? "")),
    text: Message,
  }));
}

interface CheckovReport {
  readonly summary: { readonly resource_count: number; readonly parsing_errors: number };
  readonly results: {
    readonly failed_checks: readonly {
      readonly check_id: string;
      readonly check_name: string;
      readonly file_path: string;
      readonly resource: string;
    }[];
  };
}

/** Returns what checkov finds. It asks no server. */
export async function checkovFindings(bin: string, templates: Templates): Promise<Finding[]> {
  const files = templates.files.flatMap((file) => ["--file", file]);
  const args = ["--framework", "cloudformation", "--output", "json", "--compact", "--quiet", "--skip-download"];
  const { summary, results }: CheckovReport = await runJson(join(bin, "checkov"), [...args, ...files]);
  if (summary.resource_count === 0 || summary.parsing_errors > 0) {
    throw new Error(`checkov did not read the templates: ${JSON.stringify(summary)}`);
  }
  return results.failed_checks.map(({ check_id, check_name, file_path, resource }) => ({
    tool: "checkov",
    rule: check_id,
    path: templates.pathOf(file_path, resource.slice(resource.indexOf(".") + 1)),
    text: check_name,
  }));
}

/** Both programs end with a code other than 0 if they find something: only output that is no JSON is a failure. */
async function runJson<Output>(program: string, args: readonly string[]): Promise<Output> {
  const { code, output } = await runCommand(program, args, { timeoutMs: TIMEOUT_MS });
  try {
    return JSON.parse(output);
  } catch {
    throw new Error(`${program} ended with ${code} and without a report:\n${tail(output)}`);
  }
}
