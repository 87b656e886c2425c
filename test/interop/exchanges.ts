import { LEGACY_OFFLOAD_ATTRIBUTE, OFFLOAD_ATTRIBUTE } from "../../lib/names/index.ts";
import { utf8Bytes } from "../../lib/wire/index.ts";
import { readBody } from "../support/read-body.ts";
import { offloadByHand, readByHand } from "./by-hand.ts";
import { inOrder, nth, same, sameText } from "./checks.ts";
import { consumeWithFanfare, type Handled, PAYLOAD_PREFIX, publishWithFanfare } from "./fanfare.ts";
import type { Peer, PeerAttribute, PeerOptions } from "./peer.ts";
import type { Via } from "./row.ts";
import { offloadMarker, type Sample, type Size, samples } from "./samples.ts";
import type { Channel, World } from "./world.ts";

/** As the constructs do it, every topic has its own part of the bucket. */
const TEAM_PREFIX = "team/";

/** One exchange between a client and Fanfare. */
export interface Exchange {
  readonly via: Via;
  readonly fifo: boolean;
  readonly size: Size;
  readonly options?: PeerOptions;
  /** The client knows no offloading: the test does it with the client's own calls of S3. */
  readonly byHand?: boolean;
  /** The consumer follows pointers under {@link TEAM_PREFIX} only, and the client is told to put its payloads there. */
  readonly keyIn?: "option" | "attribute";
  /** A further attribute to be sent. */
  readonly attributes?: Readonly<Record<string, PeerAttribute>>;
}

/** The client sends, Fanfare's consumer handles: everything must arrive as it was sent. */
export async function clientWrites(world: World, peer: Peer, exchange: Exchange): Promise<void> {
  const { via, fifo, size, byHand = false, keyIn, options = {} } = exchange;
  const channel = await world.channel({ via, fifo });
  const sent = samples(size).map((sample) => {
    const { group, deduplicationId, ...message } = sample.message;
    const key: Record<string, PeerAttribute> =
      keyIn === "attribute" ? { S3Key: { type: "String", value: `${TEAM_PREFIX}${sample.id}` } } : {};
    const attributes = { ...message.attributes, ...exchange.attributes, ...key };
    return { ...sample, message: { ...message, attributes, ...(fifo ? { group, deduplicationId } : {}) } };
  });
  const messages = sent.map((sample) => sample.message);
  const outgoing = size === "large" && byHand ? await offloadByHand(world, peer, messages) : messages;
  const keyPrefix = keyIn === "option" ? { keyPrefix: TEAM_PREFIX } : {};
  await peer.send(channel.target, outgoing, { bucket: world.bucket, ...keyPrefix, ...options });

  const sources = keyIn === undefined ? world.bucket : `${world.bucket}/${TEAM_PREFIX}`;
  const consumed = await consumeWithFanfare(world, channel, sent.length, sources);
  const handled = inOrder(consumed, fifo, ({ event }) => event.id);
  same("events handled", handled.length, sent.length);
  for (const [index, sample] of inOrder(sent, fifo, ({ id }) => id).entries()) {
    await checkHandled(world, nth(handled, index, "events handled"), sample, exchange);
  }
  same("messages left on the queue", await world.countMessages(channel.queueUrl), 0);
}

async function checkHandled(world: World, handled: Handled, sample: Sample, exchange: Exchange): Promise<void> {
  const { via, fifo, size, options = {} } = exchange;
  const large = size === "large";
  const { body, attributes, group } = sample.message;
  sameText("payload", JSON.stringify(handled.data), JSON.stringify(sample.data));
  same("id", handled.event.id, sample.id);
  same("time", handled.event.time, sample.time);
  same("group", handled.record.attributes.MessageGroupId, fifo ? group : undefined);
  const received = readBody(handled.record.body);
  same("offloaded", received.kind === "pointer", large);
  if (received.kind === "pointer") {
    sameText("object in S3", await world.readObject(received.pointer.key), body);
  }
  const marker = options.legacyAttribute === true ? LEGACY_OFFLOAD_ATTRIBUTE : OFFLOAD_ATTRIBUTE;
  const expected = large
    ? { ...attributes, [marker]: { type: "Number", value: String(utf8Bytes(body)) } }
    : { ...attributes };
  // SNS puts the attributes into its envelope where delivery is not raw.
  same("attributes", attributesOf(handled), via === "wrapped" ? {} : expected);
  if (via !== "wrapped") {
    return;
  }
  const wrapping: unknown = JSON.parse(handled.record.body);
  const values = Object.entries(expected).map(([name, { type, value }]) => [name, { Type: type, Value: value }]);
  same(
    "attributes in the envelope of SNS",
    typeof wrapping === "object" && wrapping !== null && "MessageAttributes" in wrapping && wrapping.MessageAttributes,
    Object.fromEntries(values),
  );
}

function attributesOf({ record }: Handled): Record<string, PeerAttribute> {
  return Object.fromEntries(
    Object.entries(record.messageAttributes).map(([name, { dataType, stringValue, binaryValue }]) => [
      name,
      { type: dataType, value: stringValue ?? binaryValue ?? "" },
    ]),
  );
}

/** Fanfare publishes, the client receives: it must hand over what Fanfare wrote, byte for byte. */
export async function clientReads(world: World, peer: Peer, exchange: Exchange): Promise<void> {
  const { via, fifo, size } = exchange;
  const channel = await world.channel({ via, fifo });
  const published = samples(size);
  const before = new Set(await world.keys(PAYLOAD_PREFIX));
  await publishWithFanfare(world, channel, published);
  const payloads = (await world.keys(PAYLOAD_PREFIX)).filter((key) => !before.has(key));
  same("payloads offloaded", payloads.length, size === "large" ? published.length : 0);

  await receiveAndCheck(world, peer, channel, published, exchange);
  const left = new Set(await world.keys(PAYLOAD_PREFIX));
  same("payloads that are gone", payloads.filter((key) => !left.has(key)).length, 0);
}

/** The client's half of {@link clientReads}. */
export async function receiveAndCheck(
  world: World,
  peer: Peer,
  channel: Channel,
  published: readonly Sample[],
  { fifo, size, byHand = false, options = {} }: Exchange,
): Promise<void> {
  const isPointer = size === "large" && byHand;
  const raw = await peer.receive(channel.queueUrl, published.length, { bucket: world.bucket, ...options });
  same("messages received", raw.length, published.length);
  const received = isPointer ? await readByHand(peer, raw) : raw;
  const expected = inOrder(published, fifo, ({ message }) => message.body);
  for (const [index, message] of inOrder(received, fifo, ({ body }) => body).entries()) {
    const sample = nth(expected, index, "messages published");
    sameText("body", message.body, sample.message.body);
    same("group", message.group, sample.message.group);
    // The extended clients remove the marker when they fetch the payload.
    const marker = isPointer ? offloadMarker(sample.message.body) : {};
    same("attributes", message.attributes, { ...sample.message.attributes, ...marker });
  }
  same("messages left on the queue", await world.countMessages(channel.queueUrl), 0);
}
