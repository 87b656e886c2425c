import { isJsonObject } from "../../../lib/std/index.ts";
import type { Peer, PeerAttribute, PeerMessage, PeerOptions, StartedPeer } from "../peer.ts";
import type { JsonLineProcess } from "../process.ts";

/** A client in a process of another language, once it has told its versions. */
export async function startLinePeer(child: JsonLineProcess): Promise<StartedPeer> {
  try {
    return { peer: linePeer(child), versions: await versionsOf(child) };
  } catch (error) {
    await child.close();
    throw error;
  }
}

function linePeer(child: JsonLineProcess): Peer {
  return {
    async send(target, messages, options) {
      await child.ask({ op: "send", target, messages, ...complete(options) });
    },
    async receive(queueUrl, count, options) {
      const { messages } = await child.ask({ op: "receive", queueUrl, count, ...complete(options) });
      return Array.isArray(messages) ? messages.map(toMessage) : [];
    },
    async putObject(bucket, key, text) {
      await child.ask({ op: "putObject", bucket, key, text });
    },
    async getObject(bucket, key) {
      return String((await child.ask({ op: "getObject", bucket, key })).text);
    },
    close: () => child.close(),
  };
}

async function versionsOf(child: JsonLineProcess): Promise<Record<string, string>> {
  const { versions } = await child.ask({ op: "versions" });
  return isJsonObject(versions)
    ? Object.fromEntries(Object.entries(versions).map(([name, version]) => [name, String(version)]))
    : {};
}

function complete(options: PeerOptions): Required<PeerOptions> {
  return {
    bucket: "",
    legacyAttribute: false,
    deletePayload: false,
    keyPrefix: "",
    askForAttributes: true,
    batch: false,
    ...options,
  };
}

function toMessage(value: unknown): PeerMessage {
  if (!isJsonObject(value) || typeof value.body !== "string") {
    throw new Error("the client gave a message without a body");
  }
  const attributes: Record<string, PeerAttribute> = {};
  for (const [name, each] of Object.entries(isJsonObject(value.attributes) ? value.attributes : {})) {
    if (isJsonObject(each)) {
      attributes[name] = { type: String(each.type), value: String(each.value) };
    }
  }
  return { body: value.body, attributes, group: typeof value.group === "string" ? value.group : undefined };
}
