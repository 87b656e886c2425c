import type { LocalRuntimeOptions, LogEntry, RuntimeEvent } from "../../local/index.ts";

/** A `Stack`, `Stage` or `App` of the CDK: anything in the tree will do. */
export interface ConstructLike {
  readonly node: { readonly root: object };
}

/** What to deploy: one of the four. */
export type DeploySource =
  /** The app that `cdk.json` names; `app` is another command for it, `directory` where `cdk.json` is. */
  | { readonly app?: string; readonly directory?: string }
  /** A cloud assembly that has been synthesised: `cdk.out`. */
  | { readonly assembly: string }
  /** A stack of this process. The app that it belongs to is synthesised as a whole. */
  | { readonly stack: ConstructLike };

/** Options of {@link deploy}. */
export interface DeployOptions
  extends Pick<LocalRuntimeOptions, "dynamoDbEndpoint" | "region" | "parameters" | "stacks"> {
  /** Use the SQS, SNS and S3 of this endpoint, for instance LocalStack. @default the embedded server, for this test alone */
  readonly endpoint?: string | undefined;
  /** Milliseconds until waiting is given up, where a call gives no other number. @default 30,000 */
  readonly timeoutMs?: number | undefined;
  /**
   * Milliseconds without any activity after which the app counts as quiet. SNS of other emulators delivers in the background,
   * where nobody can look. @default 0 on the embedded server, 500 on another endpoint
   */
  readonly settleMs?: number | undefined;
  /** Processes of one function at a time. @default 2 */
  readonly maxEnvironments?: number | undefined;
  /** Each line that a handler prints. */
  readonly onLog?: ((entry: LogEntry) => void) | undefined;
  /** Batches, problems and warnings of the runtime. */
  readonly onEvent?: ((event: RuntimeEvent) => void) | undefined;
}
