import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join, resolve } from "node:path";
import { isAlive } from "../../local/index.ts";
import type { FleetManifest } from "../../names/index.ts";
import { isJsonObject, parseJson } from "../../std/index.ts";
import { CliError } from "../cli-error.ts";

/** A topic or a queue to which events can be sent. */
export interface SessionTarget {
  readonly kind: "topic" | "queue";
  /** The name in the app, `Orders/Topic`, and all other names that stand for it. */
  readonly names: readonly string[];
  /** The ARN of a topic, the URL of a queue. */
  readonly target: string;
  readonly region: string;
  readonly accountId: string;
  /** Functions that receive what is sent, by their names in {@link Session.functions}. */
  readonly functions: readonly string[];
  /** Types that the subscriptions' filter policies let through. */
  readonly types: readonly string[];
}

/** A deployed function: what is needed to load its bundle. */
export interface SessionFunction {
  readonly directory: string;
  /** `file.export`. */
  readonly handler: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** A running `fanfare dev`. */
export interface Session {
  readonly version: 1;
  readonly pid: number;
  readonly endpoint: string;
  readonly dynamoDbEndpoint: string;
  readonly region: string;
  readonly accountId: string;
  /** What the stacks promise: see `lib/names/manifest.ts`. */
  readonly manifests: readonly FleetManifest[];
  /** Where it says what it has recorded of an event; absent where it records nothing. */
  readonly traces?: string | undefined;
  readonly targets: readonly SessionTarget[];
  readonly functions: Readonly<Record<string, SessionFunction>>;
}

/** Writes the session of a project's folder. Only this user may read the file: it holds the functions' environment variables. */
export function writeSession(directory: string, session: Session): void {
  mkdirSync(folder(), { recursive: true, mode: 0o700 });
  writeFileSync(fileOf(directory), JSON.stringify(session), { mode: 0o600 });
}

export function removeSession(directory: string): void {
  rmSync(fileOf(directory), { force: true });
}

/** The session of a folder, or undefined where no `fanfare dev` runs. */
export function findSession(directory: string): Session | undefined {
  try {
    return readSession(directory);
  } catch {
    return undefined;
  }
}

/** @throws CliError when no `fanfare dev` runs in that folder */
export function readSession(directory: string): Session {
  let session: unknown;
  try {
    session = parseJson(readFileSync(fileOf(directory), "utf8"));
  } catch {
    session = undefined;
  }
  if (!isSession(session) || !isAlive(session.pid)) {
    throw new CliError(
      `no "fanfare dev" is running in ${resolve(directory)}: start it there, in another terminal, or name another place with --profile, --region or --endpoint-url`,
    );
  }
  return session;
}

function isSession(value: unknown): value is Session {
  return isJsonObject(value) && value.version === 1 && typeof value.pid === "number";
}

function folder(): string {
  return join(tmpdir(), `fanfare-${userInfo().username.replace(/[^\w-]/g, "_")}`);
}

function fileOf(directory: string): string {
  const name = createHash("sha256").update(resolve(directory)).digest("hex").slice(0, 16);
  return join(folder(), `dev-${name}.json`);
}
