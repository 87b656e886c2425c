/** An event source mapping that can run: of a queue or of a stream. */
export interface Mapping {
  readonly configuration: { readonly uuid: string; readonly functionName: string; readonly enabled: boolean };
  readonly stats: MappingStats;
  /** Resolves when nothing that is written from now on can be missed. */
  start(): Promise<void>;
  /** Starts nothing new, and resolves when the batches in the function have ended. */
  stop(): Promise<void>;
  /** What waits in the source, by the source itself. */
  depth(): Promise<SourceDepth>;
}

/** Messages of one queue, or records of one stream. */
export interface SourceDepth {
  readonly sourceArn: string;
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
}

/** Counts of one mapping since it was started. All are messages, or records of a stream, unless they say otherwise. */
export interface MappingStats {
  readonly functionName: string;
  /** ARN of the queue, or of the stream. */
  readonly sourceArn: string;
  /** Received from the queue; a redelivered message counts again. */
  readonly received: number;
  /** Deleted, or passed over in a stream, because no filter matched. */
  readonly filtered: number;
  /** Passed to the function. */
  readonly invoked: number;
  /** Succeeded in the function, and, from a queue, deleted. */
  readonly succeeded: number;
  /** Left in the queue or repeated because the function failed, or reported them as failed. */
  readonly failed: number;
  /** Invocations. */
  readonly batches: number;
  /** Received and not yet settled. */
  readonly inFlight: number;
}

/** The same, writable. */
export type MutableMappingStats = { -readonly [Name in keyof MappingStats]: MappingStats[Name] };

/** All counts at zero. */
export function newStats(functionName: string, sourceArn: string): MutableMappingStats {
  return {
    functionName,
    sourceArn,
    received: 0,
    filtered: 0,
    invoked: 0,
    succeeded: 0,
    failed: 0,
    batches: 0,
    inFlight: 0,
  };
}

/** Something that happened in a mapping, for logs and consoles. */
export type MappingEvent = Pick<MappingStats, "functionName" | "sourceArn"> & Happening;

/** The part of a {@link MappingEvent} that depends on its type. */
export type Happening =
  | {
      readonly type: "batch";
      readonly requestId: string;
      readonly messages: number;
      readonly failed: number;
      readonly durationMs: number;
      /** Why the batch failed as a whole. */
      readonly error: string | undefined;
    }
  | {
      readonly type: "filtered";
      readonly messages: number;
      /** The patterns of the mapping's filters; the messages match none of them. */
      readonly filters: readonly string[];
    }
  | { readonly type: "problem"; readonly message: string };
