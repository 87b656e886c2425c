import { appendFileSync, mkdirSync } from "node:fs";
import { homedir, hostname, userInfo } from "node:os";
import { join } from "node:path";
import type { Surroundings } from "./surroundings.ts";

/** The folder of the journals. */
export function homeOf({ home }: Pick<Surroundings, "home">): string {
  return home ?? process.env.FANFARE_HOME ?? join(homedir(), ".fanfare");
}

/** Writes a line of who did what, when, before it is done. */
export function noteWrite(surroundings: Pick<Surroundings, "home">, what: Readonly<Record<string, unknown>>): void {
  const folder = homeOf(surroundings);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const who = { user: `${userInfo().username}@${hostname()}`, profile: process.env.AWS_PROFILE };
  appendFileSync(
    join(folder, "journal.ndjson"),
    `${JSON.stringify({ at: new Date().toISOString(), ...who, ...what })}\n`,
    {
      mode: 0o600,
    },
  );
}
