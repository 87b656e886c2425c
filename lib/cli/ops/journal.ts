import { homedir, hostname, userInfo } from "node:os";
import { join } from "node:path";
import { appendLines } from "../../ops/index.ts";
import type { Surroundings } from "./surroundings.ts";

/** The folder of the journals. */
export function homeOf({ home }: Pick<Surroundings, "home">): string {
  return home ?? process.env.FANFARE_HOME ?? join(homedir(), ".fanfare");
}

/** Writes a line of who did what, when, before it is done. */
export function noteWrite(surroundings: Pick<Surroundings, "home">, what: Readonly<Record<string, unknown>>): void {
  const who = { user: `${userInfo().username}@${hostname()}`, profile: process.env.AWS_PROFILE };
  const line = JSON.stringify({ at: new Date().toISOString(), ...who, ...what });
  appendLines(join(homeOf(surroundings), "journal.ndjson"), [line]);
}
