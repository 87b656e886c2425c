import { readFileSync } from "node:fs";

/** What a validator found fault with. */
export interface Finding {
  readonly tool: "cdk-nag" | "cfn-lint" | "checkov";
  readonly rule: string;
  /** Path of the construct: `Shop/Orders/Topic/Resource`. */
  readonly path: string;
  readonly text: string;
}

/** Findings that are accepted, and why. */
export interface Accepted {
  /** Names of rules; `*` stands for any characters. */
  readonly rules: readonly string[];
  /** Paths of constructs; `*` stands for any characters. */
  readonly paths: readonly string[];
  readonly reason: string;
}

/** The only list of accepted findings. */
export const ACCEPTED: readonly Accepted[] = JSON.parse(
  readFileSync(new URL("accepted.json", import.meta.url), "utf8"),
);

/** Whether an entry accepts a finding. */
export function accepts(entry: Accepted, { rule, path }: Finding): boolean {
  return entry.rules.some((each) => matches(each, rule)) && entry.paths.some((each) => matches(each, path));
}

/** Returns the findings that no entry accepts. */
export function unaccepted(findings: readonly Finding[], entries = ACCEPTED): Finding[] {
  return findings.filter((finding) => !entries.some((entry) => accepts(entry, finding)));
}

/** One line per rule and path, for people. */
export function describeFindings(findings: readonly Finding[]): string {
  return findings.map(({ tool, rule, path, text }) => `${tool} ${rule} at ${path}\n    ${text}`).join("\n");
}

function matches(pattern: string, text: string): boolean {
  const parts = pattern.split("*").map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join(".*")}$`).test(text);
}
