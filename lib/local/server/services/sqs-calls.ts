import type { ReceiveMessageCommandInput, ReceiveMessageCommandOutput } from "@aws-sdk/client-sqs";
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
      return receive(host, request, input);
    }
    return withReachableUrls(target.call(request.context, operation, input), request.origin);
  };
}

async function receive(host: ServiceHost, request: ServiceRequest, input: object): Promise<ReceiveOutput> {
  const { sqs } = host.engine;
  const { context } = request;
  // Decoded by the schema of this very type; the engine checks what the schema does not.
  const receiveInput = input as ReceiveMessageCommandInput;
  const attempt = () => {
    const output = sqs.call(context, "ReceiveMessage", receiveInput);
    return (output.Messages?.length ?? 0) > 0 ? output : undefined;
  };
  const signals = [request.gone, host.closing];
  if (request.gone.aborted) {
    return {};
  }
  // The first try validates the request, so that a bad one fails at once and its queue is known to exist after it.
  const immediate = attempt();
  const seconds = immediate === undefined ? waitSeconds(sqs, request, receiveInput) : 0;
  if (immediate !== undefined || seconds === 0) {
    return immediate ?? {};
  }
  const queueArn = sqs.resolveQueueUrl(context, receiveInput.QueueUrl ?? "");
  const waitMs = Math.min(seconds, LONGEST_WAIT_SECONDS) * 1000;
  return (await longPoll({ sqs, queueArn, waitMs, attempt, now: host.now, onAdvance: host.onAdvance, signals })) ?? {};
}

/** How long this receive waits: as the call says, else as the queue's `ReceiveMessageWaitTimeSeconds` says. */
function waitSeconds(sqs: ServedEngine["sqs"], request: ServiceRequest, input: ReceiveMessageCommandInput): number {
  if (input.WaitTimeSeconds !== undefined) {
    return input.WaitTimeSeconds;
  }
  const { Attributes } = sqs.call(request.context, "GetQueueAttributes", {
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
