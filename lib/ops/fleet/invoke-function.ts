import type { Cloud } from "../cloud/index.ts";
import type { Fleet } from "./types.ts";

/** Milliseconds that a call may take: the longest timeout of a function, 15 minutes, and a minute to start it. Source: AWS Lambda quotas. */
const INVOKE_MS = 960_000;

/** One invocation of a function. */
export interface FunctionCall {
  /** JSON, at most 6 MB, or 1 MB if asynchronous. */
  readonly payload: string;
  /** Whether to return as soon as Lambda has accepted the event. */
  readonly asynchronous: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** What an invocation returned. */
export interface FunctionReply {
  /** JSON: what the function returned, or its error if it failed. Empty if asynchronous. */
  readonly payload: string;
  readonly failed: boolean;
}

/** Returns the name of a subscriber's function if there is exactly one, otherwise the name as it was given. */
export function functionNamed({ subscribers }: Fleet, name: string): string {
  const own = subscribers
    .filter(({ aliases }) => aliases.includes(name))
    .flatMap(({ mappings }) => mappings.map(({ functionName }) => functionName));
  const [only, ...others] = new Set(own);
  return only === undefined || others.length > 0 ? name : only;
}

/** Invokes a function by its name or ARN, once: a call whose response is lost is not sent again. @throws the error with which Lambda refuses the call */
export async function invokeFunction(
  cloud: Cloud,
  name: string,
  { payload, asynchronous, signal }: FunctionCall,
): Promise<FunctionReply> {
  const { sdk, call } = await cloud.lambdaOnce();
  const command = new sdk.InvokeCommand({
    FunctionName: name,
    InvocationType: asynchronous ? "Event" : "RequestResponse",
    Payload: Buffer.from(payload),
  });
  const limits = { ms: INVOKE_MS, tryMs: INVOKE_MS, signal };
  const { Payload, FunctionError } = await call((client, options) => client.send(command, options), limits);
  return { payload: Buffer.from(Payload ?? []).toString(), failed: FunctionError !== undefined };
}
