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
  /** The calls that mappings make to SQS. `undefined` where they are to go over HTTP, because the endpoint is not this process's own. */
  readonly directCalls: ((place: Place) => QueueCalls) | undefined;
}
