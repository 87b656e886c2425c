import type { Cloud } from "../cloud/index.ts";
import type { Fleet } from "./types.ts";

/** Milliseconds that a call may take: the longest timeout of a function, and its start. Source: AWS Lambda quotas, "Function timeout". */
const INVOKE_MS = 960_000;

/** One invocation of a function. */
export interface FunctionCall {
  /** JSON, at most 6 MB, or 1 MB if asynchronous. */
  readonly payload: string;
  /** Whether to return once Lambda has taken it. */
  readonly asynchronous: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** What an invocation returned. */
export interface FunctionReply {
  /** JSON; of a function that failed, its error. Empty if asynchronous. */
  readonly payload: string;
  readonly failed: boolean;
}

/** Returns the function that a name stands for: of a subscriber whose one function consumes its queue, else that of the name itself. */
export function functionNamed({ subscribers }: Fleet, name: string): string {
  const own = subscribers
    .filter(({ aliases }) => aliases.includes(name))
    .flatMap(({ mappings }) => mappings.map(({ functionName }) => functionName));
  const [only, ...others] = new Set(own);
  return only === undefined || others.length > 0 ? name : only;
}

/** Invokes a function by its name or ARN. @throws what Lambda says of a call that it does not take */
export async function invokeFunction(
  cloud: Cloud,
  name: string,
  { payload, asynchronous, signal }: FunctionCall,
): Promise<FunctionReply> {
  const { sdk, call } = await cloud.lambda();
  const command = new sdk.InvokeCommand({
    FunctionName: name,
    InvocationType: asynchronous ? "Event" : "RequestResponse",
    Payload: Buffer.from(payload),
  });
  const limits = { ms: INVOKE_MS, tryMs: INVOKE_MS, signal };
  const { Payload, FunctionError } = await call((client, options) => client.send(command, options), limits);
  return { payload: Buffer.from(Payload ?? []).toString(), failed: FunctionError !== undefined };
}
