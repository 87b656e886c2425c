import { startLocalRuntime } from "../../local/index.ts";
import { DeployedApp } from "./deployed-app.ts";
import { Journal } from "./journal.ts";
import type { DeployOptions, DeploySource } from "./options.ts";
import { assemblyOf } from "./synthesize.ts";

/** Milliseconds until every message must have its final outcome, including the backoff of the first retries. */
const TIMEOUT_MS = 30_000;

/** Milliseconds within which other emulators deliver what was published. */
const SETTLE_MS = 500;

/** A test rarely needs more, and machines that run tests are small. */
const MAX_ENVIRONMENTS = 2;

/**
 * Runs an app for a test: synthesises it, creates what its templates declare in emulators on this machine, and invokes the bundled
 * handlers with the messages of its queues. Two deployments on embedded servers share nothing.
 *
 * ```ts
 * const app = await deploy({ app: "node infra/app.ts" });
 * const placed = await app.publishAndWait(orders, "OrderPlaced", { orderId: "o-1", region: "eu", total: 120 });
 * placed.expect({ Billing: "processed" });
 * await app.close();
 * ```
 *
 * @param source the app of `cdk.json` by default
 * @throws TestAppError `SynthesisFailed`; LocalError when the templates cannot be deployed. Nothing is left running after an error.
 */
export async function deploy(source: DeploySource = {}, options: DeployOptions = {}): Promise<DeployedApp> {
  const { timeoutMs = TIMEOUT_MS, settleMs, maxEnvironments = MAX_ENVIRONMENTS, ...rest } = options;
  const { onLog, onOutcome, onEvent } = options;
  const assembly = await assemblyOf(source);
  const journal = new Journal();
  try {
    const runtime = await startLocalRuntime({
      ...rest,
      projectDirectory: "directory" in source ? source.directory : undefined,
      assembly: assembly.directory,
      maxEnvironments,
      onLog: (entry) => {
        journal.noteLine(entry);
        onLog?.(entry);
      },
      onOutcome: (entry) => {
        journal.noteOutcome(entry);
        onOutcome?.(entry);
      },
      onEvent: (event) => {
        journal.noteEvent(event);
        onEvent?.(event);
      },
    });
    return new DeployedApp({
      runtime,
      journal,
      timeoutMs,
      settleMs: settleMs ?? (options.endpoint === undefined ? 0 : SETTLE_MS),
      remove: assembly.remove,
    });
  } catch (error) {
    await assembly.remove();
    throw error;
  }
}
