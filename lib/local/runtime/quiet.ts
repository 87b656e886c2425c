import { setTimeout as delay } from "node:timers/promises";
import type { Mapping, SourceDepth } from "../pollers/index.ts";
import { NotQuiet } from "./not-quiet.ts";

/** Pause between two checks. */
const INTERVAL_MS = 50;

/**
 * Resolves when no mapped queue holds a message (visible, in flight or delayed), no stream has a record that was not read, and no
 * function runs. A handler may send to a queue that was checked a moment ago, so two checks in a row have to find nothing, with
 * nothing received or invoked between them.
 *
 * @throws LocalError `NotQuiet` at the deadline, with a table of the messages that wait.
 */
export async function whenQuiet(options: {
  mappings: () => readonly Mapping[];
  activeInvocations: () => number;
  timeoutMs: number;
}): Promise<void> {
  const { mappings, activeInvocations, timeoutMs } = options;
  const deadline = Date.now() + timeoutMs;
  const polling = (): readonly Mapping[] => mappings().filter(({ configuration }) => configuration.enabled);
  const progress = (): number => polling().reduce((sum, { stats }) => sum + stats.received + stats.batches, 0);
  const isBusy = (): boolean => activeInvocations() > 0 || polling().some(({ stats }) => stats.inFlight > 0);
  const waitingMessages = async (): Promise<SourceDepth[]> => {
    const depths = await Promise.all(polling().map((mapping) => mapping.depth()));
    return depths.filter(({ visible, inFlight, delayed }) => visible + inFlight + delayed > 0);
  };
  let quietAt: number | undefined;
  for (;;) {
    const before = progress();
    // While a handler runs, the queues need not be asked: that would cost more than many a handler.
    const isQuiet = !isBusy() && (await waitingMessages()).length === 0 && !isBusy() && progress() === before;
    if (isQuiet && quietAt === before) {
      return;
    }
    quietAt = isQuiet ? before : undefined;
    if (Date.now() >= deadline) {
      const waiting = await waitingMessages();
      throw new NotQuiet(describe(timeoutMs, waiting, polling(), activeInvocations()), waiting);
    }
    await delay(Math.min(INTERVAL_MS, Math.max(1, deadline - Date.now())));
  }
}

function describe(
  timeoutMs: number,
  waiting: readonly SourceDepth[],
  mappings: readonly Mapping[],
  running: number,
): string {
  const rows = waiting.map(({ sourceArn, visible, inFlight, delayed }) => {
    const stats = mappings.find((mapping) => mapping.stats.sourceArn === sourceArn)?.stats;
    const name = sourceArn.split(":").slice(5).join(":");
    return `  ${name}: ${visible} visible, ${inFlight} in flight, ${delayed} delayed; ${stats?.functionName ?? "no function"} succeeded ${stats?.succeeded ?? 0}, failed ${stats?.failed ?? 0}`;
  });
  return [`not quiet after ${timeoutMs} ms; ${running} invocations run; messages wait in:`, ...rows].join("\n");
}
