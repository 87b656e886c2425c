import type { Clock } from "../clock/index.ts";
import { FanfareError } from "../errors/index.ts";
import { type Call, callsOf, type SendOptions } from "./call.ts";
import { chosenClient } from "./choice.ts";
import { configuredEndpoint, regionalEndpoint } from "./endpoint.ts";
import { loadLean } from "./lean-loader.ts";
import { once } from "./loader.ts";
import { TABLE } from "./timeouts.ts";
import { isTransient } from "./transient.ts";

/** What Fanfare asks of Step Functions: responses to tasks. The class `SFN` of `@aws-sdk/client-sfn` is one. */
export interface TaskClient {
  sendTaskSuccess(
    input: { readonly taskToken: string; readonly output: string },
    options: SendOptions,
  ): Promise<unknown>;
  sendTaskFailure(
    input: { readonly taskToken: string; readonly error: string; readonly cause: string },
    options: SendOptions,
  ): Promise<unknown>;
  sendTaskHeartbeat(input: { readonly taskToken: string }, options: SendOptions): Promise<unknown>;
}

/** Loads the way to Step Functions at the first call, and returns the same one from then on. */
export type TaskClientLoader = () => Promise<Call<TaskClient>>;

/** Tries of a call, as the SDK makes. */
const MAX_ATTEMPTS = 3;

/** There is no fallback to the SDK's client, which each app would then install. Source: Step Functions API Reference. */
export function taskClientLoader(clock: Clock): TaskClientLoader {
  return once(async () => {
    if (chosenClient("sfn", undefined, { client: undefined }) !== "lean") {
      throw new FanfareError(
        "ConfigurationInvalid",
        "Step Functions is called with keys and Region of the environment, and these are missing or ask for more",
        { field: "client", remedy: "pass taskOf(ctx, { client: new SFN({}) }), with SFN of @aws-sdk/client-sfn" },
      );
    }
    const lean = await loadLean("states", {
      endpoint: configuredEndpoint("sfn") ?? regionalEndpoint("states", process.env.AWS_REGION ?? ""),
      target: "AWSStepFunctions",
      limits: TABLE,
      maxAttempts: MAX_ATTEMPTS,
      clock,
      isTransient,
    });
    const client: TaskClient = {
      sendTaskSuccess: (input, options) => lean.send("SendTaskSuccess", input, options),
      sendTaskFailure: (input, options) => lean.send("SendTaskFailure", input, options),
      sendTaskHeartbeat: (input, options) => lean.send("SendTaskHeartbeat", input, options),
    };
    return callsOf(client, clock);
  });
}
