/** One thing that was looked at when everything was quiet. */
export interface Check {
  readonly name: string;
  readonly ok: boolean;
  /** What was found, in one line. */
  readonly detail: string;
}

/** Makes a check of a list of problems: none is good. */
export function checkOf(name: string, good: string, problems: readonly string[]): Check {
  const [first] = problems;
  if (first === undefined) return { name, ok: true, detail: good };
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : "";
  return { name, ok: false, detail: `${first}${more}` };
}
