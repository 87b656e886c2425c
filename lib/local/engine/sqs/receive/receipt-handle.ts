import { type EngineEnvironment, randomHex } from "../../kernel/index.ts";

/**
 * A receipt handle names the queue and the message, so that a handle of another queue is recognised, and holds a random
 * part, so that every receive has its own. Callers must treat it as opaque, as they must on AWS.
 */
const FORM = /^AQEB([0-9a-f]{16}):([0-9a-f-]{36}):[0-9a-f]{16}$/;

export function createReceiptHandle(environment: EngineEnvironment, queueId: string, messageId: string): string {
  const text = `AQEB${queueId}:${messageId}:${randomHex(environment, 16)}`;
  return Buffer.from(text).toString("base64");
}

/** The message that a handle of this queue names; `undefined` for anything else. */
export function messageIdOf(handle: string, queueId: string): string | undefined {
  const match = FORM.exec(Buffer.from(handle, "base64").toString("latin1"));
  return match?.[1] === queueId ? match[2] : undefined;
}
