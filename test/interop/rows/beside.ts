import { nth, same, sameText } from "../checks.ts";
import { receiveAndCheck } from "../exchanges.ts";
import { consumeWithFanfare, publishWithFanfare } from "../fanfare.ts";
import type { Peer } from "../peer.ts";
import type { KnownLimit, Row } from "../row.ts";
import { samples } from "../samples.ts";

/** What happens to all other subscribers when one of them deletes payloads together with its messages. */
const DELETES_FOR_ALL: KnownLimit = {
  reason:
    "the client deletes the payload with its own message, and so for every other subscriber; switch that off wherever more than one queue is subscribed",
  symptom: /PayloadNotFound/,
};

/** Two subscribers of one topic: the client reads first and deletes its messages, Fanfare's consumer comes later. */
export function besideFanfare(payload: string, deletePayload: boolean): Row<Peer> {
  return {
    direction: "reads",
    via: "topic",
    fifo: false,
    payload,
    ...(deletePayload ? { limit: DELETES_FOR_ALL } : {}),
    async run(world, peer) {
      const channel = await world.channel({ via: "topic", fifo: false, other: true });
      const published = samples("large");
      await publishWithFanfare(world, channel, published);
      const exchange = { via: "topic", fifo: false, size: "large", options: { deletePayload } } as const;
      await receiveAndCheck(world, peer, channel, published, exchange);

      const other = { ...channel, queueUrl: channel.otherQueueUrl ?? "" };
      const handled = await consumeWithFanfare(world, other, published.length);
      same("events handled by the other subscriber", handled.length, published.length);
      for (const { id, data } of published) {
        const found = handled.filter(({ event }) => event.id === id);
        const { data: received } = nth(found, 0, `events of id ${id}`);
        sameText("payload", JSON.stringify(received), JSON.stringify(data));
      }
    },
  };
}
