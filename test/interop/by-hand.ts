import { randomUUID } from "node:crypto";
import { parseJson, readPointer, writePointer } from "../../lib/wire/index.ts";
import { same } from "./checks.ts";
import type { Peer, PeerMessage } from "./peer.ts";
import { offloadMarker } from "./samples.ts";
import type { World } from "./world.ts";

/** What a user of a client without offloading does: payload into S3, pointer into the message, size into the attribute. */
export async function offloadByHand(
  world: World,
  peer: Peer,
  messages: readonly PeerMessage[],
): Promise<readonly PeerMessage[]> {
  const offloaded: PeerMessage[] = [];
  for (const message of messages) {
    const key = randomUUID();
    await peer.putObject(world.bucket, key, message.body);
    offloaded.push({
      ...message,
      body: writePointer({ bucket: world.bucket, key }),
      attributes: { ...message.attributes, ...offloadMarker(message.body) },
    });
  }
  return offloaded;
}

/** The other way: the payloads that the messages point to. */
export async function readByHand(peer: Peer, messages: readonly PeerMessage[]): Promise<readonly PeerMessage[]> {
  const fetched: PeerMessage[] = [];
  for (const message of messages) {
    const pointer = parseJson(message.body, "body");
    same("the body is a list", Array.isArray(pointer), true);
    const { bucket, key } = readPointer(Array.isArray(pointer) ? pointer : []);
    fetched.push({ ...message, body: await peer.getObject(bucket, key) });
  }
  return fetched;
}
