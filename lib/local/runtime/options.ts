import type { FilteredMessage } from "../engine/index.ts";
import type { AsyncResult, LogEntry, OutcomeEntry, PublishedEntry } from "../lambda/index.ts";
import type { MappingEvent } from "../pollers/index.ts";
import type { RequestLogEntry } from "../server/index.ts";
import type { TaskResponse } from "../tasks/index.ts";

/** Something that happened in the runtime, for logs and consoles. */
export type RuntimeEvent =
  | MappingEvent
  /** A message that the filter policy of a subscription held back. */
  | ({ readonly type: "notSubscribed" } & FilteredMessage)
  /** An asynchronous invocation that has ended: of a topic, a bucket, a rule, a schedule or the API. */
  | ({ readonly type: "invocation" } & AsyncResult)
  /** A message for an e-mail address, a phone, a web address or a stream, where nothing is delivered; `body` is all that would be sent. */
  | {
      readonly type: "outside";
      readonly protocol: string;
      readonly endpoint: string;
      readonly message: string;
      readonly body: string;
    }
  /** A response to a task of Step Functions. */
  | ({ readonly type: "task" } & TaskResponse)
  | { readonly type: "warning"; readonly message: string };

/** Options of {@link startLocalRuntime}. */
export interface LocalRuntimeOptions {
  /** The folder of the cloud assembly, usually `cdk.out`. */
  readonly assembly: string;
  /** Use the SQS, SNS and S3 of this endpoint, for instance LocalStack. @default the embedded server is started */
  readonly endpoint?: string | undefined;
  /** Use this DynamoDB; `embedded` means the embedded server. @default the embedded server, else `endpoint` */
  readonly dynamoDbEndpoint?: string | undefined;
  /**
   * Store the state of the embedded services in this directory: queues, topics, objects and tables survive the end of this
   * process, even by SIGKILL. @default in memory
   */
  readonly dataDirectory?: string | undefined;
  /** Save what can be read of a damaged `dataDirectory`; the damaged file stays beside it. @default it is refused */
  readonly repair?: boolean | undefined;
  /**
   * Where handlers and pollers reach the embedded services, DynamoDB included, instead of the server itself: a proxy in
   * front of it that records, delays or breaks requests. It must not change the header `Host`. @default the server's endpoint
   */
  readonly clientEndpoint?: string | undefined;
  /** Port of the embedded server. @default 0, any free one */
  readonly port?: number | undefined;
  /** Region of stacks that name none. @default eu-central-1 */
  readonly region?: string | undefined;
  /** Account of stacks that name none. @default 000000000000 */
  readonly accountId?: string | undefined;
  /** Only these stacks (names or ids), with those that they depend on. @default all */
  readonly stacks?: readonly string[] | undefined;
  /**
   * Folder of the app's project. The AWS SDK that Lambda's runtimes contain is taken from there for functions that do not bundle it.
   * @default the current folder of this process
   */
  readonly projectDirectory?: string | undefined;
  /** Values of the templates' parameters. */
  readonly parameters?: Readonly<Record<string, string>> | undefined;
  /** Processes of one function at a time. @default 10 */
  readonly maxEnvironments?: number | undefined;
  /** Each line that a handler prints. */
  readonly onLog?: ((entry: LogEntry) => void) | undefined;
  /** What consumers made with Fanfare did with each message, whatever they log. */
  readonly onOutcome?: ((entry: OutcomeEntry) => void) | undefined;
  /** What publishers made with Fanfare did with each event. */
  readonly onPublished?: ((entry: PublishedEntry) => void) | undefined;
  /** Batches, filtered messages, problems and warnings. */
  readonly onEvent?: ((event: RuntimeEvent) => void) | undefined;
  /** Each request to the embedded server. */
  readonly onRequest?: ((entry: RequestLogEntry) => void) | undefined;
}
