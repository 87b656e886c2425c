/** The body of an S3 response: the part of the SDK's stream interface that readers use. */
export class MemoryBody {
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    yield this.#bytes;
  }

  async transformToByteArray(): Promise<Uint8Array> {
    return this.#bytes;
  }

  async transformToString(encoding: BufferEncoding = "utf8"): Promise<string> {
    return Buffer.from(this.#bytes).toString(encoding);
  }

  /** There is no connection to release. */
  destroy(): void {}
}
