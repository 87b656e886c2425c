/** Counts of one mapping since it was started. All are messages unless they say otherwise. */
export interface MappingStats {
  readonly functionName: string;
  readonly queueArn: string;
  /** Received from the queue; a redelivered message counts again. */
  readonly received: number;
  /** Deleted because no filter matched. */
  readonly filtered: number;
  /** Passed to the function. */
  readonly invoked: number;
  /** Succeeded in the function, and deleted. */
  readonly succeeded: number;
  /** Left in the queue because the function failed, or reported them as failed. */
  readonly failed: number;
  /** Invocations. */
  readonly batches: number;
  /** Received and not yet settled. */
  readonly inFlight: number;
}

/** The same, writable. */
export type MutableMappingStats = { -readonly [Name in keyof MappingStats]: MappingStats[Name] };

/** Something that happened in a mapping, for logs and consoles. */
export type MappingEvent = Pick<MappingStats, "functionName" | "queueArn"> & Happening;

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
