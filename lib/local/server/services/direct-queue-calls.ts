import { setImmediate as nextTurn } from "node:timers/promises";
import { LocalError, type Place, type QueueCalls } from "../../common/index.ts";
import { AwsError } from "../../engine/index.ts";
import type { ServiceHost } from "./service.ts";
import { queryCodes } from "./sqs.ts";
import { receiveMessage } from "./sqs-calls.ts";

/** The calls that mappings make to the engine of this process: the same as over HTTP, without its cost. */
export function directQueueCalls(host: ServiceHost, { region, accountId }: Place): QueueCalls {
  const { sqs } = host.engine;
  const context = { region, accountId };
  return {
    receiveMessage: (input, signal = new AbortController().signal) =>
      asInSdk(async () => {
        // A queue that always has messages must not keep the process from everything else.
        await nextTurn();
        if (host.closing.aborted) {
          throw new LocalError("Closed", "the local runtime has been closed");
        }
        return await receiveMessage(host, context, input, signal);
      }),
    deleteMessageBatch: (input) => asInSdk(() => sqs.call(context, "DeleteMessageBatch", input)),
    changeMessageVisibilityBatch: (input) => asInSdk(() => sqs.call(context, "ChangeMessageVisibilityBatch", input)),
    getQueueAttributes: (input) => asInSdk(() => sqs.call(context, "GetQueueAttributes", input)),
  };
}

/** Names errors as the SDK does: those that have no class of their own by their code of the query protocol. */
async function asInSdk<Output>(call: () => Output | Promise<Output>): Promise<Output> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof AwsError && !queryCodes.has(error.code)) {
      error.name = error.queryCode;
    }
    throw error;
  }
}
