import type { LocalRuntimeOptions } from "../../local/index.ts";

/** LocalStack's port, so that existing settings continue to work. */
export const DEFAULT_PORT = 4566;

/** Options of `fanfare dev`, as the command line passes them. */
export interface DevOptions
  extends Pick<LocalRuntimeOptions, "port" | "endpoint" | "region" | "clientEndpoint" | "parameters"> {
  readonly app?: string | undefined;
  readonly assembly?: string | undefined;
  readonly dynamodbEndpoint?: string | undefined;
  readonly stack?: readonly string[] | undefined;
  readonly data?: string | undefined;
  readonly repair?: boolean | undefined;
  readonly watch: boolean;
  /** Whether the console is served beside the app. */
  readonly console: boolean;
  readonly consolePort?: number | undefined;
  readonly verbose: boolean;
  /** One JSON object per line instead of text for people. */
  readonly json: boolean;
}
