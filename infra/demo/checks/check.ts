/** The result of one check, made when the app was quiet. */
export interface Check {
  readonly name: string;
  readonly ok: boolean;
  /** What was found, in one line. */
  readonly detail: string;
}

/** Makes a check that is good if there are no problems. */
export function checkOf(name: string, good: string, problems: readonly string[]): Check {
  const [first] = problems;
  if (first === undefined) {
    return { name, ok: true, detail: good };
  }
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : "";
  return { name, ok: false, detail: `${first}${more}` };
}
