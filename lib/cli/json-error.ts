/** Whether a program reads the output. What stands after `--` is no option. */
export function wantsJson(argv: readonly string[]): boolean {
  const end = argv.indexOf("--");
  return (end === -1 ? argv : argv.slice(0, end)).includes("--json");
}

/** An error for programs: the only line of standard output where a verb has no result. */
export function jsonError(message: string, exitCode: number): string {
  return JSON.stringify({ error: { message: message.replace(/^error:\s*/, ""), exitCode } });
}
