/** Returns the export conditions of a Node.js process: `--conditions x`, `--conditions=x`, `-C x`, also in NODE_OPTIONS. */
export function conditionsOf(execArgv: readonly string[], nodeOptions: string | undefined): string[] {
  const args = [...(nodeOptions ?? "").split(/\s+/), ...execArgv];
  const found = args.flatMap((arg, index) =>
    arg === "--conditions" || arg === "-C"
      ? (args[index + 1] ?? [])
      : (/^(?:--conditions|-C)=(.+)$/.exec(arg)?.[1] ?? []),
  );
  return [...new Set(found)];
}
