import type { Call, CallLimits } from "./call.ts";
import type { LeanClient } from "./lean/index.ts";

/** One operation of a service, by whichever client. Throws what the client throws, and `TimeoutError` when the time is up. */
export type Operation<Input, Output> = (input: Input, limits?: CallLimits) => Promise<Output>;

/** An operation of the lean client. */
export function leanOperation<Input extends object, Output extends object>(
  call: Call<LeanClient>,
  name: string,
): Operation<Input, Output> {
  return (input, limits) => call((client, options) => client.send<Output>(name, input, options), limits);
}
