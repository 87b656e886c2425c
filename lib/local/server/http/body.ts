import type { IncomingMessage } from "node:http";
import { DISCARD_MS } from "../limits.ts";

/** The body is larger than the caller of `readBody` accepts. Nothing beyond the limit was kept. */
export class BodyTooLarge extends Error {
  readonly limit: number;

  constructor(limit: number) {
    super(`the request's body is larger than the ${limit} bytes that the local server reads`);
    this.name = "BodyTooLarge";
    this.limit = limit;
  }
}

/** The connection ended before the body did. */
export class BodyIncomplete extends Error {
  constructor() {
    super("the connection ended before the whole body of the request had arrived");
    this.name = "BodyIncomplete";
  }
}

/**
 * Reads a request's body, at most `limit` bytes. A declared length over the limit is refused without keeping a byte; a
 * body without a declared length as soon as it passes the limit.
 */
export async function readBody(incoming: IncomingMessage, limit: number): Promise<Uint8Array> {
  // Without this a reset connection is an uncaught "error" event; "close" follows it and ends the reading below.
  incoming.on("error", () => undefined);
  const declared = Number(incoming.headers["content-length"] ?? 0);
  if (declared > limit) {
    throw new BodyTooLarge(limit);
  }
  return await collect(incoming, limit);
}

function collect(incoming: IncomingMessage, limit: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const stop = () => {
      incoming.off("data", onData);
      incoming.off("end", onEnd);
      incoming.off("close", onClose);
    };
    const onData = (chunk: Buffer) => {
      size += chunk.byteLength;
      if (size > limit) {
        stop();
        reject(new BodyTooLarge(limit));
        return;
      }
      chunks.push(chunk);
    };
    const onEnd = () => {
      stop();
      resolve(Buffer.concat(chunks, size));
    };
    const onClose = () => {
      stop();
      reject(new BodyIncomplete());
    };
    incoming.on("data", onData);
    incoming.on("end", onEnd);
    incoming.on("close", onClose);
  });
}

/**
 * Reads and discards the rest of a body for a moment, before a request is refused: many clients read the response only
 * after they have sent everything, and would see nothing but a broken connection.
 */
export function discardRest(incoming: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    if (incoming.readableEnded || incoming.destroyed) {
      resolve();
      return;
    }
    const done = () => {
      clearTimeout(timer);
      incoming.off("end", done);
      incoming.off("close", done);
      resolve();
    };
    const timer = setTimeout(done, DISCARD_MS);
    incoming.on("end", done);
    incoming.on("close", done);
    incoming.resume();
  });
}
