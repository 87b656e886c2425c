/**
 * Runs scripts of package.json side by side, for instance `node test/support/side-by-side.ts lint typecheck`. Each script's output
 * is printed in one piece when it ends. Ends with 1 if any script failed.
 */
import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";

interface Ended {
  readonly name: string;
  readonly code: number | null;
}

const names = process.argv.slice(2);
const npm = process.env.npm_execpath;
if (npm === undefined) {
  throw new Error("npm_execpath is not set: start this with npm run");
}

const ended = await Promise.all(names.map(run));
const failed = ended.filter(({ code }) => code !== 0).map(({ name }) => name);
if (failed.length > 0) {
  console.error(`failed: ${failed.join(", ")}`);
  process.exitCode = 1;
}

async function run(name: string): Promise<Ended> {
  const started = performance.now();
  const child = spawn(process.execPath, [String(npm), "run", "--silent", name], { stdio: ["ignore", "pipe", "pipe"] });
  const closed = new Promise<number | null>((resolve) => child.once("close", resolve));
  const [output, errors, code] = await Promise.all([text(child.stdout), text(child.stderr), closed]);
  const seconds = ((performance.now() - started) / 1_000).toFixed(1);
  process.stdout.write(`${output}${errors}${name}: ${code === 0 ? "passed" : "failed"} in ${seconds} s\n`);
  return { name, code };
}
