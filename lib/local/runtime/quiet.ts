import { setTimeout as delay } from "node:timers/promises";
import { GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import type { ClientPool } from "../common/index.ts";
import type { EventSourceMapping } from "../pollers/index.ts";
import { NotQuiet, type QueueDepth } from "./not-quiet.ts";

/** Pause between two checks. */
const INTERVAL_MS = 50;

/** Counts the messages of a queue that a mapping polls. */
export async function queueDepth(pool: ClientPool, mapping: EventSourceMapping): Promise<QueueDepth> {
  const { configuration } = mapping;
  const { Attributes = {} } = await pool.for(configuration).sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: configuration.queueUrl,
      AttributeNames: [
        "ApproximateNumberOfMessages",
        "ApproximateNumberOfMessagesNotVisible",
        "ApproximateNumberOfMessagesDelayed",
      ],
    }),
  );
  return {
    queueArn: configuration.queueArn,
    visible: Number(Attributes.ApproximateNumberOfMessages ?? 0),
    inFlight: Number(Attributes.ApproximateNumberOfMessagesNotVisible ?? 0),
    delayed: Number(Attributes.ApproximateNumberOfMessagesDelayed ?? 0),
  };
}

/**
 * Resolves when no mapped queue holds a message (visible, in flight or delayed) and no function runs. A handler may send to
 * a queue that was checked a moment ago, so two checks in a row have to find nothing, with nothing received or
 * invoked between them.
 *
 * @throws LocalError `NotQuiet` at the deadline, with a table of the messages that wait.
 */
export async function whenQuiet(options: {
  pool: ClientPool;
  mappings: () => readonly EventSourceMapping[];
  activeInvocations: () => number;
  timeoutMs: number;
}): Promise<void> {
  const { pool, mappings, activeInvocations, timeoutMs } = options;
  const deadline = Date.now() + timeoutMs;
  const polling = (): readonly EventSourceMapping[] => mappings().filter(({ configuration }) => configuration.enabled);
  const progress = (): number => polling().reduce((sum, { stats }) => sum + stats.received + stats.batches, 0);
  let quietAt: number | undefined;
  for (;;) {
    const before = progress();
    const depths = await Promise.all(polling().map((mapping) => queueDepth(pool, mapping)));
    const waiting = depths.filter(({ visible, inFlight, delayed }) => visible + inFlight + delayed > 0);
    const busy = activeInvocations() > 0 || polling().some(({ stats }) => stats.inFlight > 0);
    if (waiting.length > 0 || busy || progress() !== before) {
      quietAt = undefined;
    } else if (quietAt === before) {
      return;
    } else {
      quietAt = before;
    }
    if (Date.now() >= deadline) {
      throw new NotQuiet(describe(timeoutMs, waiting, polling(), activeInvocations()), waiting);
    }
    await delay(Math.min(INTERVAL_MS, Math.max(1, deadline - Date.now())));
  }
}

function describe(
  timeoutMs: number,
  waiting: readonly QueueDepth[],
  mappings: readonly EventSourceMapping[],
  running: number,
): string {
  const rows = waiting.map(({ queueArn, visible, inFlight, delayed }) => {
    const stats = mappings.find(({ configuration }) => configuration.queueArn === queueArn)?.stats;
    const name = queueArn.split(":").at(-1);
    return `  ${name}: ${visible} visible, ${inFlight} in flight, ${delayed} delayed; ${stats?.functionName ?? "no function"} succeeded ${stats?.succeeded ?? 0}, failed ${stats?.failed ?? 0}`;
  });
  return [`not quiet after ${timeoutMs} ms; ${running} invocations run; messages wait in:`, ...rows].join("\n");
}
