import { describeError, type LocalError } from "../common/index.ts";
import type { DynamoDbEngine } from "../engine/dynamodb/index.ts";
import { AwsError, type CallContext, Engine, type EngineEnvironment, type EngineSnapshot } from "../engine/index.ts";
import type { S3Engine } from "../engine/s3/index.ts";
import type { SnsEngine } from "../engine/sns/index.ts";
import type { SqsEngine } from "../engine/sqs/index.ts";
import { CallEnvironment, type Circumstances } from "./call-environment.ts";
import { explainReading, explainWriting } from "./data-errors.ts";
import { DataFile } from "./data-file.ts";
import { type JournalRecord, replay, type ServiceName } from "./record.ts";
import { repairData } from "./repair.ts";

export interface DurableEngineOptions {
  /** Where the state is stored. Created if it does not exist. */
  readonly folder: string;
  /** The origin of queue URLs and of the URLs in notifications. @default `http://localhost` */
  readonly endpoint?: () => string;
  /** Milliseconds since the Unix epoch. @default the system's clock */
  readonly clock?: () => number;
  /** Bytes of journal after which a snapshot replaces it, if it is also twice as large as the last snapshot. @default 64 MiB */
  readonly compactAfterBytes?: number;
  /** Saves what can be read of a damaged folder, and says so as a warning. @default a damaged folder is refused */
  readonly repair?: boolean | undefined;
  /** Bytes that the data file may grow to; beyond, calls fail as on a full disk. @default what the disk has */
  readonly maximumBytes?: number | undefined;
  /** Called with what is not fatal: a repair, a snapshot that could not replace the journal, a disk that is full. */
  readonly onWarning?: (message: string) => void;
}

const COMPACT_AFTER_BYTES = 64 * 1024 * 1024;

/**
 * Operations that leave the engine as it is. At most they bring it up to the present, as the next operation does too.
 * They are recorded only when random numbers were drawn for that.
 */
const READS = /^(?:Get|Head|List|Describe|Query|Scan|BatchGet|TransactGet)/;

/**
 * SQS, SNS, S3 and DynamoDB whose state survives the death of the process, even by SIGKILL. Every operation that may change something is
 * recorded in a journal before its result is returned, together with the time and the seed of its random numbers. The
 * engine depends on nothing else, so repeating the operations leads to the same state. Whether an operation without a
 * result took place is open, as with AWS when a connection breaks. An operation that fails by a fault of the engine leaves
 * nothing behind.
 */
export class DurableEngine {
  readonly environment: EngineEnvironment;
  /** For reading. Changes that bypass `sqs`, `sns`, `s3` and `dynamodb` are not stored. */
  readonly engine: Engine;
  readonly sqs: Pick<SqsEngine, "call" | "nextChangeAt" | "onChange" | "resolveQueueUrl">;
  readonly sns: Pick<SnsEngine, "call">;
  readonly s3: Pick<S3Engine, "call">;
  readonly dynamodb: Pick<DynamoDbEngine, "call">;
  readonly #options: DurableEngineOptions;
  readonly #environment: CallEnvironment;
  readonly #file: DataFile;
  readonly #empty: EngineSnapshot;
  #journalBytes = 0;
  #snapshotBytes = 0;
  #failure: LocalError | undefined;
  #closed = false;

  /**
   * Opens a folder and restores the state that it holds.
   *
   * @throws LocalError `DataInUse`, `DataInvalid`.
   */
  constructor(options: DurableEngineOptions) {
    const { folder, clock = Date.now, endpoint = () => "http://localhost" } = options;
    const report = options.repair === true ? repairData(folder, clock) : undefined;
    if (report !== undefined) {
      options.onWarning?.(report);
    }
    const environment = new CallEnvironment(clock, endpoint);
    this.#options = options;
    this.#environment = environment;
    this.environment = environment;
    this.engine = new Engine({ environment, endpoint: () => environment.endpoint(), signsMessages: true });
    this.#empty = this.engine.snapshot();
    this.#file = new DataFile(folder, { maximumBytes: options.maximumBytes });
    try {
      this.#restore();
    } catch (error) {
      this.#file.close();
      throw error;
    }
    const { sqs, sns, s3, dynamodb } = this.engine;
    this.sqs = {
      call: (context, operation, input) =>
        this.#call("sqs", context, operation, input, () => sqs.call(context, operation, input)),
      nextChangeAt: (queueArn) => this.#letTimePass(() => sqs.nextChangeAt(queueArn)),
      onChange: (listener) => sqs.onChange(listener),
      resolveQueueUrl: (context, queueUrl) => sqs.resolveQueueUrl(context, queueUrl),
    };
    this.sns = {
      call: (context, operation, input) =>
        this.#call("sns", context, operation, input, () => sns.call(context, operation, input)),
    };
    this.s3 = {
      call: (context, operation, input) =>
        this.#call("s3", context, operation, input, () => s3.call(context, operation, input)),
    };
    this.dynamodb = {
      call: (context, operation, input) =>
        this.#call("dynamodb", context, operation, input, () => dynamodb.call(context, operation, input)),
    };
  }

  /** Bytes recorded since the last snapshot. */
  get journalBytes(): number {
    return this.#journalBytes;
  }

  /** Why nothing can be stored any more, once a write has failed. */
  get failure(): LocalError | undefined {
    return this.#failure;
  }

  /** Replaces the journal by a snapshot. Does nothing when nothing was recorded since the last one. */
  compact(): void {
    if (this.#journalBytes === 0) {
      return;
    }
    const circumstances = this.#environment.circumstances();
    const engine = this.#environment.during(circumstances, () => this.engine.snapshot());
    this.#recordTime(circumstances);
    this.#snapshotBytes = this.#file.replaceAll({ kind: "snapshot", at: circumstances.at, engine });
    this.#journalBytes = 0;
  }

  /** Writes a snapshot, so that the next start has nothing to replay, and releases the folder. */
  close(): void {
    if (this.#closed) {
      return;
    }
    this.#closed = true;
    if (this.#failure === undefined) {
      this.#tryCompact();
    }
    this.#file.close();
  }

  #restore(): void {
    for (const { record, bytes } of this.#file.records()) {
      replay(record, this.engine, this.#environment);
      if (record.kind === "snapshot") {
        this.#snapshotBytes = bytes;
      } else {
        this.#journalBytes += bytes;
      }
    }
  }

  #call<R>(service: ServiceName, context: CallContext, operation: string, input: object, work: () => R): R {
    this.#refuseAfterFailure();
    const circumstances = this.#environment.circumstances();
    const call = { kind: "call", ...circumstances, service, context, operation, input } as const;
    let result: R;
    try {
      result = this.#environment.during(circumstances, work);
    } catch (error) {
      if (!(error instanceof AwsError)) {
        this.#rollBack();
      } else if (this.#environment.drew) {
        // A refused call changes something only where it has made something before, which takes random numbers.
        this.#record({ ...call, failed: true });
      }
      throw error;
    }
    if (READS.test(operation)) {
      this.#recordTime(circumstances);
    } else {
      this.#record({ ...call, failed: false });
    }
    return result;
  }

  /** Back to what the journal has: a call that failed by a fault of the engine may have changed half of something. */
  #rollBack(): void {
    this.engine.restore(this.#empty);
    this.#journalBytes = 0;
    try {
      this.#restore();
    } catch (error) {
      this.#failure = explainReading(error, this.#options.folder);
    }
  }

  #letTimePass<R>(look: () => R): R {
    this.#refuseAfterFailure();
    const circumstances = this.#environment.circumstances();
    const result = this.#environment.during(circumstances, look);
    this.#recordTime(circumstances);
    return result;
  }

  /** Records that time passed, if random numbers were drawn for it. Otherwise the next operation does the same. */
  #recordTime(circumstances: Circumstances): void {
    if (this.#environment.drew) {
      this.#record({ kind: "time", ...circumstances });
    }
  }

  #record(record: JournalRecord): void {
    const { folder, compactAfterBytes = COMPACT_AFTER_BYTES, onWarning } = this.#options;
    try {
      this.#journalBytes += this.#file.append(record);
    } catch (error) {
      this.#failure = explainWriting(error, folder);
      onWarning?.(this.#failure.message);
      throw this.#failure;
    }
    if (this.#journalBytes > Math.max(compactAfterBytes, 2 * this.#snapshotBytes)) {
      this.#tryCompact();
    }
  }

  #tryCompact(): void {
    try {
      this.compact();
    } catch (error) {
      // Nothing is lost: the journal has everything. The next attempt follows when it has doubled.
      this.#snapshotBytes = this.#journalBytes;
      const { folder, onWarning } = this.#options;
      onWarning?.(`the journal in ${folder} could not be replaced by a snapshot: ${describeError(error)}`);
    }
  }

  /** After a failed write the state in memory is ahead of the journal, so no result may be returned any more. */
  #refuseAfterFailure(): void {
    if (this.#failure !== undefined) {
      throw this.#failure;
    }
  }
}
