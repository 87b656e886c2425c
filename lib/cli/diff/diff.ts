import { resolve } from "node:path";
import pc from "picocolors";
import { type Difference, differenceOf, type TemplateSource } from "../../assembly/index.ts";
import type { AssemblyStack } from "../../local/deploy/index.ts";
import { readStacks } from "../assembly/index.ts";
import { CliError, EXIT } from "../cli-error.ts";
import { cloudAt } from "../ops/connect.ts";
import type { Terminal } from "../terminal.ts";
import { withContent } from "./content.ts";
import { deployedStacks } from "./deployed.ts";

/** Options of `fanfare diff`, as the command line passes them. */
export interface DiffOptions {
  /** Folder of another assembly. @default what is deployed */
  readonly against?: string | undefined;
  readonly stack?: readonly string[] | undefined;
  readonly profile?: string | undefined;
  readonly region?: string | undefined;
  readonly endpointUrl?: string | undefined;
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
  const difference = await (options.against === undefined
    ? againstDeployed(after, options)
    : differenceOf(otherStacks(options.against, options.stack, directory), after));
  const { findings } = difference;
  terminal.out(options.json ? JSON.stringify(difference, undefined, 2) : textOf(difference));
  if (findings.length > 0) {
    const count = findings.length === 1 ? "1 finding" : `${findings.length} findings`;
    throw new CliError(`${count}: see above before you deploy`, { exitCode: EXIT.failed });
  }
}

async function againstDeployed(after: readonly AssemblyStack[], options: DiffOptions): Promise<Difference> {
  const cloud = cloudAt(options);
  const before = await deployedStacks(after, cloud);
  // A deployment keeps the values of parameters, whatever their new defaults.
  const values = new Map(before.map(({ name, parameterValues }) => [name, parameterValues]));
  const difference = differenceOf(
    before,
    after.map((stack) => ({ ...stack, parameterValues: values.get(stack.name) })),
  );
  return { ...difference, findings: await withContent(difference.findings, before, cloud) };
}

function otherStacks(
  folder: string,
  names: readonly string[] | undefined,
  directory: string,
): readonly TemplateSource[] {
  const all = readStacks(resolve(directory, folder), undefined);
  // A stack that is new in the assembly is not in the other one.
  const known = names?.filter((each) => all.some(({ name, id }) => name === each || id === each));
  return known === undefined ? all : readStacks(resolve(directory, folder), known);
}

function textOf({ findings, counts }: Difference): string {
  const blocks = findings.map(({ stack, resource, change, consequence, remedy, content }) =>
    [
      `${pc.red("✗")} ${pc.bold(`${stack}/${resource}`)}: ${change}`,
      `  ${consequence}${content === undefined ? "" : ` (${content})`}`,
      `  ${pc.dim(`to avoid it: ${remedy}`)}`,
    ].join("\n"),
  );
  const { added, changed, removed } = counts;
  const summary = `${added} resources added, ${changed} changed, ${removed} removed`;
  return [...blocks, findings.length === 0 ? `${pc.green("✓")} nothing is lost; ${summary}` : summary].join("\n");
}
