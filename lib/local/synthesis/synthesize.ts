import { type AppCommand, AppProcess } from "./app-process.ts";
import type { SynthesisRecord } from "./synthesis-record.ts";

/** Options of {@link synthesize}. */
export interface SynthesisOptions {
  /** Environment variables of the app besides this process's own, for instance `CDK_DEFAULT_REGION`. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Is told what the assembly is made of. */
  readonly record?: SynthesisRecord | undefined;
  /** Ends the app and what it started. */
  readonly signal?: AbortSignal;
}

/**
 * Runs an app of the CDK in a process of its own, as the CDK's command does, and waits until it has written the cloud assembly
 * to `command.output`.
 *
 * @throws LocalError `SynthesisFailed` with what the app printed, when it fails, writes no assembly or is ended by `signal`
 */
export async function synthesize(
  command: AppCommand,
  { environment, record, signal }: SynthesisOptions = {},
): Promise<void> {
  await record?.begin();
  const app = AppProcess.start(command, {
    environment: { ...record?.environment, ...environment },
    killable: signal !== undefined,
  });
  await untilAssembled(app, signal);
  record?.end(identityOf(command, environment));
}

/** Returns what tells whether an app is run in the same way as before. */
export function identityOf({ app, context }: Pick<AppCommand, "app" | "context">, environment = {}): unknown {
  return { app, context, environment };
}

/** Waits for the assembly. @throws as {@link synthesize} */
export async function untilAssembled(app: AppProcess, signal: AbortSignal | undefined): Promise<void> {
  const kill = () => app.kill();
  signal?.addEventListener("abort", kill, { once: true });
  if (signal?.aborted) {
    kill();
  }
  await app.assembled().finally(() => signal?.removeEventListener("abort", kill));
}
