import type { JsonObject } from "../../std/index.ts";
import type { ClientPool } from "../clients/index.ts";
import { describeError } from "../common/index.ts";
import { eventOf, type PipeConfiguration } from "../pipes/index.ts";
import { EventSourceMapping, type MappingEvent, QueueClient } from "../pollers/index.ts";

/** Batches of a pipe at a time: they take no process. */
const CONCURRENCY = 10;

/** What a pipe works with. */
export interface PipeSurroundings {
  readonly pool: ClientPool;
  readonly now: () => number;
  readonly putEvent: (event: JsonObject, busArn: string) => Promise<void>;
  readonly onEvent: (event: MappingEvent | { type: "warning"; message: string }) => void;
}

/** Polls the queue of a pipe, and puts an event on its bus for each message. What cannot be put stays in the queue. */
export function newPipe(
  pipe: PipeConfiguration,
  { pool, now, putEvent, onEvent }: PipeSurroundings,
): EventSourceMapping {
  const { functionName, queueArn, queueUrl } = pipe.source;
  return new EventSourceMapping({
    configuration: pipe.source,
    concurrency: CONCURRENCY,
    queue: new QueueClient(pool.queueCalls(pipe.source), { url: queueUrl, arn: queueArn }),
    invoke: async (records) => {
      const failed: string[] = [];
      for (const record of records) {
        try {
          await putEvent(eventOf(record, pipe, now()), pipe.busArn);
        } catch (error) {
          failed.push(record.messageId);
          onEvent({ type: "warning", message: `${functionName}: ${describeError(error)}` });
        }
      }
      const batchItemFailures = failed.map((itemIdentifier) => ({ itemIdentifier }));
      return { status: "succeeded", response: JSON.stringify({ batchItemFailures }), requestId: "", durationMs: 0 };
    },
    onEvent,
  });
}

/** Equal for pipes that need no restart. */
export function pipeFingerprint(pipe: PipeConfiguration): string {
  return JSON.stringify(pipe);
}
