/** A message attribute in a form that every language has. Binary values are base64. */
export interface PeerAttribute {
  readonly type: string;
  readonly value: string;
}

/** A message as a client sends it, or as it hands it to its user. */
export interface PeerMessage {
  readonly body: string;
  readonly attributes: Readonly<Record<string, PeerAttribute>>;
  /** FIFO message group, or tenant of a fair queue. */
  readonly group?: string | undefined;
  readonly deduplicationId?: string | undefined;
}

/** How a client is set up for one row. */
export interface PeerOptions {
  /** The bucket for large payloads. Without it the client does not offload. */
  readonly bucket?: string;
  /** The older name of the reserved attribute (`SQSLargePayloadSize`) instead of `ExtendedPayloadSize`. */
  readonly legacyAttribute?: boolean;
  /** Whether deleting a message deletes its payload. */
  readonly deletePayload?: boolean;
  /** Beginning of the keys of payloads. */
  readonly keyPrefix?: string;
  /** Whether message attributes are asked for when receiving. @default true */
  readonly askForAttributes?: boolean;
  /** All messages in one call. */
  readonly batch?: boolean;
}

/** A client that is not Fanfare's, driven from here. */
export interface Peer {
  /** Sends to the ARN of a topic or the URL of a queue, in order. */
  send(target: string, messages: readonly PeerMessage[], options: PeerOptions): Promise<void>;
  /** Receives as many messages, or fails after a deadline, and deletes them as its user would. */
  receive(queueUrl: string, count: number, options: PeerOptions): Promise<readonly PeerMessage[]>;
  putObject(bucket: string, key: string, text: string): Promise<void>;
  getObject(bucket: string, key: string): Promise<string>;
  close(): Promise<void>;
}

/** A client with its runtime, before it is started. */
export interface PeerDefinition {
  /** Makes what it needs (virtual environment, jar). @throws PeerUnavailable */
  start(endpoint: string): Promise<StartedPeer>;
}

export interface StartedPeer {
  readonly peer: Peer;
  /** Version by package. */
  readonly versions: Readonly<Record<string, string>>;
}

/** The machine lacks what a client needs: its rows are skipped. */
export class PeerUnavailable extends Error {
  constructor(message: string) {
    super(message);
    this.name = "PeerUnavailable";
  }
}
