import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { ownScript } from "../common/index.ts";

/**
 * The PATH of an app that is synthesised: the project's own tools first, then the Node.js that runs this, then what the user has. Our
 * esbuild comes last, for a `NodejsFunction` in a project that has none: without one the CDK needs Docker.
 */
export function searchPath(directory: string): string {
  const esbuild = join(dirname(createRequire(import.meta.url).resolve("esbuild/package.json")), "bin");
  return [join(directory, "node_modules", ".bin"), dirname(process.execPath), process.env.PATH ?? "", esbuild].join(
    delimiter,
  );
}

/** The stand-in of this process. */
let standIn: string | undefined;

/**
 * The program that the CDK runs in place of `docker`: undefined where there is a `docker`, or where the user names another one in
 * `CDK_DOCKER`. Otherwise a stand-in that bundles nothing. On Windows the CDK cannot start it; there Docker is needed.
 */
export function containerProgram(): string | undefined {
  if (process.env.CDK_DOCKER !== undefined || process.platform === "win32" || hasDocker()) {
    return undefined;
  }
  standIn ??= writeStandIn();
  return standIn;
}

function writeStandIn(): string {
  const folder = mkdtempSync(join(tmpdir(), "fanfare-docker-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const program = join(folder, "docker");
  const script = ownScript(import.meta.url, "container-stand-in-main");
  writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' '${script}' "$@"\n`, { mode: 0o755 });
  return program;
}

function hasDocker(): boolean {
  return (process.env.PATH ?? "").split(delimiter).some((folder) => existsSync(join(folder, "docker")));
}
