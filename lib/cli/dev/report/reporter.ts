import type { Deployment, LocalRuntime, LogEntry, OutcomeEntry, RuntimeEvent } from "../../../local/index.ts";

/** A deployment of changed sources. */
export interface Reload {
  /** Resources that differ from the previous deployment. */
  readonly changed: number;
  readonly durationMs: number;
}

/** Tells what happens while an app runs. */
export interface Reporter {
  /** Learns the names that the functions of a deployment have in the app. */
  introduce(deployment: Deployment): void;
  started(runtime: LocalRuntime): void;
  /** What the command does now: `synthesising`. */
  status(text: string): void;
  reloaded(reload: Reload): void;
  /** The sources cannot be run; the previous version runs on. */
  reloadFailed(message: string): void;
  warning(message: string): void;
  /** What a consumer did with a message. */
  outcome(entry: OutcomeEntry): void;
  /** A line that a handler printed. One in which a consumer logs an outcome is left out: that is told by itself. */
  log(entry: LogEntry): void;
  event(event: RuntimeEvent): void;
}
