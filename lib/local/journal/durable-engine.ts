import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describeError, LocalError } from "../common/index.ts";
import { type CallContext, Engine, type EngineEnvironment } from "../engine/index.ts";
import type { S3Engine } from "../engine/s3/index.ts";
import type { SnsEngine } from "../engine/sns/index.ts";
import type { SqsEngine } from "../engine/sqs/index.ts";
import { ByteFiles } from "./byte-files.ts";
import { CallEnvironment } from "./call-environment.ts";
import { lockFolder } from "./folder-lock.ts";
import { Generations } from "./generations.ts";
import { type JournalRecord, readRecord, replay, type ServiceName, writeRecord } from "./record.ts";
import { RecordFile } from "./record-file.ts";
import { readSnapshot, writeSnapshot } from "./snapshot-file.ts";

export interface DurableEngineOptions {
  /** Where the state is kept. Created if it does not exist. */
  readonly folder: string;
  /** The origin of queue URLs and of the URLs in notifications. */
  readonly endpoint?: () => string;
  /** @default the system's clock */
  readonly clock?: () => number;
  /** Bytes of journal after which a snapshot takes its place, if it is also twice as large as the last snapshot. @default 64 MiB */
  readonly compactAfterBytes?: number;
  /** Told when the journal could not be replaced by a snapshot; it then grows on. */
  readonly onWarning?: (message: string) => void;
}

const COMPACT_AFTER_BYTES = 64 * 1024 * 1024;

/**
 * Operations that leave the engine as it is. All they may do is bring it up to the present, which the next operation does as
 * well; where chance has a part in that, they are kept like the others.
 */
const READS = /^(?:Get|Head|List)/;

/**
 * SQS, SNS and S3 that survive the death of their process, even by SIGKILL. Every operation that may change something is
 * appended to a journal before it is answered, together with the time and the chance that it met; as the engine depends on
 * nothing else, doing the same operations again leads to the same state. Whether an operation that was not answered took
 * place is open, as it is with AWS when a connection breaks.
 */
export class DurableEngine {
  readonly environment: EngineEnvironment;
  /** To look at. What is changed here past `sqs`, `sns` and `s3` is not kept. */
  readonly engine: Engine;
  readonly sqs: Pick<SqsEngine, "call" | "nextChangeAt" | "onChange" | "resolveQueueUrl">;
  readonly sns: Pick<SnsEngine, "call">;
  readonly s3: Pick<S3Engine, "call">;
  readonly #options: DurableEngineOptions;
  readonly #environment: CallEnvironment;
  readonly #unlock: () => void;
  readonly #bytes: ByteFiles;
  readonly #generations: Generations;
  #file: RecordFile;
  #snapshotBytes = 0;
  /** While the journal is replayed, the address that the server had then. */
  #endpoint: string | undefined;
  /** The address that the journal knows of. */
  #lastEndpoint = "";
  #failure: LocalError | undefined;
  #closed = false;

  /**
   * Opens a folder and brings back the state that it keeps.
   *
   * @throws LocalError `DataInUse`, `DataInvalid`.
   */
  constructor(options: DurableEngineOptions) {
    const { folder } = options;
    this.#options = options;
    mkdirSync(folder, { recursive: true });
    this.#unlock = lockFolder(join(folder, "lock"), folder);
    try {
      this.#environment = new CallEnvironment(options.clock);
      this.environment = this.#environment;
      this.engine = new Engine({ environment: this.#environment, endpoint: () => this.#endpoint ?? this.#origin() });
      this.#bytes = new ByteFiles(join(folder, "bytes"));
      this.#generations = new Generations(folder);
      this.#file = this.#restore();
      this.#endpoint = undefined;
    } catch (error) {
      this.#unlock();
      throw error;
    }
    const { sqs, sns, s3 } = this.engine;
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
  }

  /** Size of the journal since the last snapshot. */
  get journalBytes(): number {
    return this.#file.bytes;
  }

  /** Puts a snapshot in the place of the journal. Does nothing when there is no journal yet. */
  compact(): void {
    if (this.#file.bytes === 0) {
      return;
    }
    const used = new Set<string>();
    const store = {
      get: (name: string) => this.#bytes.get(name),
      put: (bytes: Uint8Array) => {
        const name = this.#bytes.put(bytes);
        used.add(name);
        return name;
      },
    };
    const at = this.#environment.now();
    // Taking a snapshot lets the time pass, and a move task draws ids then.
    const circumstances = this.#environment.circumstances();
    const engine = this.#environment.during(circumstances, () => this.engine.snapshot());
    if (this.#environment.drew) {
      this.#file.append(writeRecord({ kind: "time", ...circumstances }, this.#bytes));
    }
    const { bytes } = writeSnapshot(this.#generations.nextSnapshotPath, { at, engine }, store);
    this.#file.close();
    this.#generations.advance();
    this.#file = RecordFile.open(this.#generations.journalPath).file;
    this.#lastEndpoint = "";
    this.#snapshotBytes = bytes;
    this.#bytes.keepOnly(used);
  }

  /** Writes a snapshot, so that the next start has nothing to replay, and gives the folder back. */
  close(): void {
    if (this.#closed) {
      return;
    }
    this.#closed = true;
    if (this.#failure === undefined) {
      this.#tryCompact();
    }
    this.#file.close();
    this.#unlock();
  }

  #origin(): string {
    return this.#options.endpoint?.() ?? "http://localhost";
  }

  #restore(): RecordFile {
    const saved = readSnapshot(this.#generations.snapshotPath, this.#bytes);
    if (saved !== undefined) {
      this.#snapshotBytes = saved.bytes;
      const circumstances = { ...this.#environment.circumstances(), at: saved.at };
      this.#environment.during(circumstances, () => this.engine.restore(saved.engine));
    }
    const { file, records } = RecordFile.open(this.#generations.journalPath);
    try {
      for (const text of records) {
        const record = readRecord(text.toString("utf8"), this.#bytes);
        if (record.kind === "endpoint") {
          this.#endpoint = record.url;
        }
        replay(record, this.engine, this.#environment);
      }
    } catch (error) {
      file.close();
      throw error;
    }
    return file;
  }

  #call<R>(service: ServiceName, context: CallContext, operation: string, input: object, work: () => R): R {
    this.#refuseAfterFailure();
    const circumstances = this.#environment.circumstances();
    try {
      return this.#environment.during(circumstances, work);
    } finally {
      // An operation that was refused may have changed something before that.
      if (!READS.test(operation)) {
        this.#keep({ kind: "call", service, operation, context, ...circumstances, input });
      } else if (this.#environment.drew) {
        this.#keep({ kind: "time", ...circumstances });
      }
    }
  }

  #letTimePass<R>(look: () => R): R {
    this.#refuseAfterFailure();
    const circumstances = this.#environment.circumstances();
    const result = this.#environment.during(circumstances, look);
    if (this.#environment.drew) {
      this.#keep({ kind: "time", ...circumstances });
    }
    return result;
  }

  #keep(record: JournalRecord): void {
    try {
      const url = this.#origin();
      if (url !== this.#lastEndpoint) {
        this.#file.append(writeRecord({ kind: "endpoint", url }, this.#bytes));
        this.#lastEndpoint = url;
      }
      this.#file.append(writeRecord(record, this.#bytes));
    } catch (error) {
      this.#failure = new LocalError(
        "DataNotWritten",
        `what happened could not be written to ${this.#options.folder}: ${describeError(error)}`,
        {
          remedy: "make room or choose another folder, and start again: what was answered until now is kept",
          cause: error,
        },
      );
      throw this.#failure;
    }
    const { compactAfterBytes = COMPACT_AFTER_BYTES } = this.#options;
    if (this.#file.bytes > Math.max(compactAfterBytes, 2 * this.#snapshotBytes)) {
      this.#tryCompact();
    }
  }

  #tryCompact(): void {
    try {
      this.compact();
    } catch (error) {
      // The journal has it all. The next try comes when it has doubled.
      this.#snapshotBytes = this.#file.bytes;
      this.#options.onWarning?.(`the journal in ${this.#options.folder} cannot be shortened: ${describeError(error)}`);
    }
  }

  /** The state in memory is ahead of the journal: nothing more may be told of it. */
  #refuseAfterFailure(): void {
    if (this.#failure !== undefined) {
      throw this.#failure;
    }
  }
}
