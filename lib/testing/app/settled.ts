import { setTimeout as delay } from "node:timers/promises";
import type { LocalRuntime } from "../../local/index.ts";
import type { Journal } from "./journal.ts";

/**
 * Waits until the runtime is quiet and nothing has happened for `settleMs`: an emulator that delivers in the background may have
 * messages that are in no queue yet.
 *
 * @throws LocalError `NotQuiet` at the deadline
 */
export async function settled(
  runtime: LocalRuntime,
  journal: Journal,
  { timeoutMs, settleMs }: { readonly timeoutMs: number; readonly settleMs: number },
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  const activity = () =>
    journal.size + runtime.stats.reduce((sum, { received, batches }) => sum + received + batches, 0);
  for (;;) {
    await runtime.whenQuiet({ timeoutMs: Math.max(1, deadline - Date.now()) });
    if (settleMs === 0) {
      return;
    }
    const before = activity();
    await delay(settleMs);
    if (activity() === before) {
      return;
    }
  }
}
