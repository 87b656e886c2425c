import type { LocalRuntimeOptions, LogEntry, OutcomeEntry, RuntimeEvent } from "../../local/index.ts";
import type { PublishOptions } from "../../publish/index.ts";

/** A `Stack`, `Stage` or `App` of the CDK, or any other construct of the tree. */
export interface ConstructLike {
  readonly node: { readonly root: object };
}

/** What to deploy: one of the four. */
export type DeploySource =
  /** The app that `cdk.json` names; `app` is another command for it, `directory` where `cdk.json` is. */
  | { readonly app?: string; readonly directory?: string }
  /** A synthesised cloud assembly: `cdk.out`. */
  | { readonly assembly: string }
  /** A stack in this process. Its whole app is synthesised. */
  | { readonly stack: ConstructLike };

/** Options of {@link deploy}. */
export interface DeployOptions
  extends Pick<LocalRuntimeOptions, "dynamoDbEndpoint" | "region" | "parameters" | "stacks"> {
  /** Use the SQS, SNS and S3 of this endpoint, for instance LocalStack. @default an embedded server of this test alone */
  readonly endpoint?: string | undefined;
  /** Milliseconds until waiting fails, unless a call sets its own limit. @default 30,000 */
  readonly timeoutMs?: number | undefined;
  /**
   * Milliseconds without any activity after which the app counts as quiet. The SNS of other emulators delivers in the
   * background, where messages cannot be counted. @default 0 on the embedded server, 500 on another endpoint
   */
  readonly settleMs?: number | undefined;
  /** Most concurrent processes per function. @default 2 */
  readonly maxEnvironments?: number | undefined;
  /** Called with each line that a handler prints. */
  readonly onLog?: ((entry: LogEntry) => void) | undefined;
  /** What consumers did with each message. */
  readonly onOutcome?: ((entry: OutcomeEntry) => void) | undefined;
  /** Called with each batch, problem and warning of the runtime. */
  readonly onEvent?: ((event: RuntimeEvent) => void) | undefined;
}

/** What `DeployedApp.publishAndWait` takes besides what `publish` takes. */
export interface PublishAndWaitOptions extends PublishOptions {
  /** Construct path of the topic or queue, needed where several take the contract's events: `Shop/Orders`. */
  readonly to?: string;
  readonly timeoutMs?: number;
}
