import type { Place, QueueCalls, Watchdog } from "../common/index.ts";
import type { LocalServer } from "../server/index.ts";
import type { TaskLog } from "../tasks/index.ts";

/** What a `LocalRuntime` is made of. */
export interface RuntimeParts {
  readonly server: LocalServer | undefined;
  readonly watchdog: Watchdog;
  readonly tasks: TaskLog;
  readonly endpoint: string;
  readonly dynamoDbEndpoint: string;
  /** Calls SQS in this process, for event source mappings. `undefined` if an endpoint was given: then they call it over HTTP. */
  readonly directCalls: ((place: Place) => QueueCalls) | undefined;
}
