import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { graphOf } from "../../assembly/index.ts";
import { toMermaid, toSvg } from "../../graph/index.ts";
import { readStacks } from "../assembly/index.ts";
import { CliError, EXIT } from "../cli-error.ts";
import type { Terminal } from "../terminal.ts";

/** Options of `fanfare graph`, as the command line passes them. */
export interface GraphOptions {
  readonly format?: "mermaid" | "svg" | undefined;
  readonly stack?: readonly string[] | undefined;
  readonly output?: string | undefined;
}

/**
 * Writes the fan-out of an assembly as Mermaid or SVG.
 *
 * @throws LocalError `AssemblyInvalid`; CliError for a stack that does not exist, and for an assembly with nothing to draw
 */
export function graph(
  assembly: string,
  options: GraphOptions,
  { directory, terminal }: { readonly directory: string; readonly terminal: Terminal },
): void {
  const drawn = graphOf(readStacks(resolve(directory, assembly), options.stack));
  if (drawn.nodes.length === 0) {
    throw new CliError(
      `${assembly} declares no subscription, event source mapping or publisher: there is nothing to draw`,
      {
        exitCode: EXIT.failed,
      },
    );
  }
  const format = options.format ?? (options.output?.endsWith(".svg") === true ? "svg" : "mermaid");
  const text = format === "svg" ? toSvg(drawn) : toMermaid(drawn);
  if (options.output === undefined) {
    terminal.out(text.trimEnd());
  } else {
    writeFileSync(resolve(directory, options.output), text);
  }
}
