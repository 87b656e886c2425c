/**
 * Stands in for `docker` during synthesis on a machine that has none. Building an image and everything else succeeds and does
 * nothing; running one copies the sources to the output, unbundled, and marks the output, so that it can be told.
 */
import { cpSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { UNBUNDLED_MARK } from "./unbundled.ts";

/** Folders that are never part of a bundle's sources. */
const LEFT_BEHIND: ReadonlySet<string> = new Set(["node_modules", ".git", "cdk.out"]);

/** Where the CDK mounts sources and output in the container. */
const INPUT = "/asset-input";
const OUTPUT = "/asset-output";

const [command = "", ...rest] = process.argv.slice(2);
if (command === "run") {
  const input = hostFolder(INPUT);
  const output = hostFolder(OUTPUT);
  if (input !== undefined && output !== undefined) {
    cpSync(input, output, { recursive: true, filter: (source) => !LEFT_BEHIND.has(basename(source)) });
    writeFileSync(join(output, UNBUNDLED_MARK), "");
  }
} else if (command === "create") {
  process.stdout.write(`${"0".repeat(64)}\n`);
}

/** The folder in `-v <folder>:<mounted>:delegated`. */
function hostFolder(mounted: string): string | undefined {
  const volume = rest.find((argument, index) => rest[index - 1] === "-v" && argument.includes(`:${mounted}`));
  return volume?.slice(0, volume.indexOf(`:${mounted}`));
}
