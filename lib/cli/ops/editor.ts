import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CliError } from "../cli-error.ts";

/**
 * Opens text in the person's editor, and returns what was saved. The editor is a shell command, as git takes it: `code --wait`.
 *
 * @throws CliError when the editor fails
 */
export async function editWith(command: string, text: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "fanfare-edit-"));
  const file = join(folder, "event.json");
  try {
    writeFileSync(file, text, { mode: 0o600 });
    const child = spawn(`${command} "${file}"`, { stdio: "inherit", shell: true });
    const code = await new Promise<number | null>((done, fail) => {
      child.once("error", fail);
      child.once("close", done);
    });
    if (code !== 0) {
      throw new CliError(`the editor (${command}) ended with code ${code}. Nothing was changed`);
    }
    return readFileSync(file, "utf8");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
