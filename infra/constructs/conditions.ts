/** The export conditions given to a Node process: `--conditions x`, `--conditions=x`, `-C x` and the same in NODE_OPTIONS. */
export function conditionsOf(execArgv: readonly string[], nodeOptions: string | undefined): string[] {
  const args = [...(nodeOptions ?? "").split(/\s+/), ...execArgv];
  const found = args.flatMap((arg, index) => {
    if (arg === "--conditions" || arg === "-C") return args[index + 1] ?? [];
    return /^(?:--conditions|-C)=(.+)$/.exec(arg)?.[1] ?? [];
  });
  return [...new Set(found)];
}
