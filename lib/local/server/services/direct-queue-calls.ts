import { setImmediate as nextTurn } from "node:timers/promises";
import { LocalError, type Place, type QueueCalls } from "../../common/index.ts";
import type { ServiceHost } from "./service.ts";
import { receiveMessage } from "./sqs-calls.ts";

/** The calls that mappings make to the engine of this process: the same as over HTTP, without its cost. */
export function directQueueCalls(host: ServiceHost, { region, accountId }: Place): QueueCalls {
  const { sqs } = host.engine;
  const context = { region, accountId };
  return {
    async receiveMessage(input, signal = new AbortController().signal) {
      // A queue that always has messages must not keep the process from everything else.
      await nextTurn();
      if (host.closing.aborted) {
        throw new LocalError("Closed", "the local runtime has been closed");
      }
      return await receiveMessage(host, context, input, signal);
    },
    deleteMessageBatch: async (input) => sqs.call(context, "DeleteMessageBatch", input),
    changeMessageVisibilityBatch: async (input) => sqs.call(context, "ChangeMessageVisibilityBatch", input),
    getQueueAttributes: async (input) => sqs.call(context, "GetQueueAttributes", input),
  };
}
