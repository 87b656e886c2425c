import { resolve } from "node:path";
import pc from "picocolors";
import { type Difference, differenceOf, type TemplateSource } from "../../assembly/index.ts";
import { readStacks } from "../assembly/index.ts";
import { CliError, EXIT } from "../cli-error.ts";
import type { Terminal } from "../terminal.ts";
import { deployedStacks } from "./deployed.ts";

/** Options of `fanfare diff`, as the command line passes them. */
export interface DiffOptions {
  /** Folder of another assembly. @default what is deployed */
  readonly against?: string | undefined;
  readonly stack?: readonly string[] | undefined;
  readonly profile?: string | undefined;
  readonly region?: string | undefined;
  readonly endpoint?: string | undefined;
  readonly json: boolean;
}

/**
 * Shows what deploying an assembly would lose, or make happen twice.
 *
 * @throws CliError (exit code 1) where there is something; LocalError `AssemblyInvalid` for a folder without an assembly
 */
export async function diff(
  assembly: string,
  options: DiffOptions,
  { directory, terminal }: { readonly directory: string; readonly terminal: Terminal },
): Promise<void> {
  const after = readStacks(resolve(directory, assembly), options.stack);
  const difference = differenceOf(await stacksBefore(after, options, directory), after);
  const { findings } = difference;
  terminal.out(options.json ? JSON.stringify(difference, undefined, 2) : textOf(difference));
  if (findings.length > 0) {
    const count = findings.length === 1 ? "1 finding" : `${findings.length} findings`;
    throw new CliError(`${count}: see above before you deploy`, { exitCode: EXIT.failed });
  }
}

function stacksBefore(
  after: readonly TemplateSource[],
  { against, stack, profile, region, endpoint }: DiffOptions,
  directory: string,
): Promise<readonly TemplateSource[]> | readonly TemplateSource[] {
  if (against === undefined) {
    return deployedStacks(
      after.map(({ name }) => name),
      { profile, region, endpoint },
    );
  }
  const all = readStacks(resolve(directory, against), undefined);
  // A stack that is new in the assembly is not in the other one.
  return stack === undefined ? all : all.filter(({ name, id }) => stack.includes(name) || stack.includes(id));
}

function textOf({ findings, counts }: Difference): string {
  const blocks = findings.map(({ stack, resource, change, consequence, remedy }) =>
    [
      `${pc.red("✗")} ${pc.bold(`${stack}/${resource}`)}: ${change}`,
      `  ${consequence}`,
      `  ${pc.dim(`to avoid it: ${remedy}`)}`,
    ].join("\n"),
  );
  const { added, changed, removed } = counts;
  const summary = `${added} resources added, ${changed} changed, ${removed} removed`;
  return [...blocks, findings.length === 0 ? `${pc.green("✓")} nothing is lost; ${summary}` : summary].join("\n");
}
