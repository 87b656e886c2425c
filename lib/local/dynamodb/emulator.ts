/** What an emulator can do of DynamoDB, where the two that are supported differ. */
export interface DynamoDbCapabilities {
  /** `ExecuteStatement` and `BatchExecuteStatement`. */
  readonly partiQl: boolean;
  /** `TransactWriteItems` and `TransactGetItems`. */
  readonly transactions: boolean;
  /** `ReturnValuesOnConditionCheckFailure: ALL_OLD`. */
  readonly returnValuesOnConditionCheckFailure: boolean;
  /** `UpdateTimeToLive`. Neither emulator promises to delete expired items in time; nor does DynamoDB. */
  readonly timeToLive: boolean;
}

/** A running emulator of DynamoDB. */
export interface DynamoDbEmulator {
  /** For example `http://127.0.0.1:41234`. */
  readonly endpoint: string;
  readonly kind: "dynoxide" | "dynalite";
  readonly capabilities: DynamoDbCapabilities;
  /** What the user should know, for example what is missing in the fallback. */
  readonly notices: readonly string[];
  /** Process id of the emulator, when it runs in an own process. */
  readonly pid: number | undefined;
  /** Stops it and waits until it is gone. Calling it again does nothing. */
  stop(): Promise<void>;
}
