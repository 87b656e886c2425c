import type { ReceiveMessageCommandInput, ReceiveMessageCommandOutput } from "@aws-sdk/client-sqs";
import type { CallContext } from "../../engine/index.ts";
import { LONGEST_WAIT_SECONDS, longPoll } from "./long-poll.ts";
import type { OperationTarget, ServedEngine, ServiceHost, ServiceRequest } from "./service.ts";

type ReceiveOutput = Omit<ReceiveMessageCommandOutput, "$metadata">;

/** Calls of the engine as a client over HTTP sees them: receives wait, and queue URLs lead back to this server. */
export function sqsCaller(
  host: ServiceHost,
): (request: ServiceRequest, operation: string, input: object) => Promise<object> {
  const { sqs } = host.engine;
  const target = sqs as OperationTarget;
  return async (request, operation, input) => {
    if (operation === "ReceiveMessage") {
      // Decoded by the schema of this very type; the engine checks what the schema does not.
      return receiveMessage(host, request.context, input as ReceiveMessageCommandInput, request.gone());
    }
    return withReachableUrls(target.call(request.context, operation, input), request.origin);
  };
}

/** A receive that waits for messages as long as it says. @param gone aborts when nobody waits for it any more */
export async function receiveMessage(
  host: ServiceHost,
  context: CallContext,
  input: ReceiveMessageCommandInput,
  gone: AbortSignal,
): Promise<ReceiveOutput> {
  const { sqs } = host.engine;
  const attempt = () => {
    const output = sqs.call(context, "ReceiveMessage", input);
    return (output.Messages?.length ?? 0) > 0 ? output : undefined;
  };
  const signals = [gone, host.closing];
  if (gone.aborted) {
    return {};
  }
  // The first try validates the request, so that a bad one fails at once and its queue is known to exist after it.
  const immediate = attempt();
  const seconds = immediate === undefined ? waitSeconds(sqs, context, input) : 0;
  if (immediate !== undefined || seconds === 0) {
    return immediate ?? {};
  }
  const queueArn = sqs.resolveQueueUrl(context, input.QueueUrl ?? "");
  const waitMs = Math.min(seconds, LONGEST_WAIT_SECONDS) * 1000;
  return (await longPoll({ sqs, queueArn, waitMs, attempt, now: host.now, onAdvance: host.onAdvance, signals })) ?? {};
}

/** How long this receive waits: as the call says, else as the queue's `ReceiveMessageWaitTimeSeconds` says. */
function waitSeconds(sqs: ServedEngine["sqs"], context: CallContext, input: ReceiveMessageCommandInput): number {
  if (input.WaitTimeSeconds !== undefined) {
    return input.WaitTimeSeconds;
  }
  const { Attributes } = sqs.call(context, "GetQueueAttributes", {
    QueueUrl: input.QueueUrl,
    AttributeNames: ["ReceiveMessageWaitTimeSeconds"],
  });
  return Number(Attributes?.ReceiveMessageWaitTimeSeconds ?? 0);
}

/** Queue URLs with the host that the client used: the engine cannot know under which name the client sees the server. */
function withReachableUrls(output: object, origin: string): object {
  const reachable = (url: string) => `${origin}${new URL(url).pathname}`;
  if ("QueueUrl" in output && typeof output.QueueUrl === "string") {
    return { ...output, QueueUrl: reachable(output.QueueUrl) };
  }
  for (const name of ["QueueUrls", "queueUrls"]) {
    const urls: unknown = Object.entries(output).find(([field]) => field === name)?.[1];
    if (Array.isArray(urls)) {
      return { ...output, [name]: urls.map((url) => reachable(String(url))) };
    }
  }
  return output;
}
