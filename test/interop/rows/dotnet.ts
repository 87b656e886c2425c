import { randomUUID } from "node:crypto";
import { nth, same } from "../checks.ts";
import { consumeWithFanfare } from "../fanfare.ts";
import { sdkPeer } from "../peers/sdk.ts";
import { type Row, STANDARD_AND_FIFO, type Suite, suite } from "../row.ts";
import type { World } from "../world.ts";

const TYPE = "Publisher.Models.ChatMessage";
const TIME = "2023-11-21T16:36:02.8957126+00:00";
const DATA = { MessageDescription: "Grüße, 気温 🌡️ + <&>" };

/**
 * Messages as AWS.Messaging writes them, from its documentation ("Customize the AWS Message Processing Framework for .NET"
 * in the AWS SDK for .NET Developer Guide) and its change log: since 0.21 the data is a JSON value with its content type, and
 * before it was a JSON document in a text, without one.
 */
export const DOTNET_SHAPES = {
  "data as object (since 0.21)": (id: string) =>
    `{"id":"${id}","source":"/aws/messaging","specversion":"1.0","type":"${TYPE}","time":"${TIME}",` +
    `"datacontenttype":"application/json","data":${escaped(DATA)}}`,
  "data as text (before 0.21)": (id: string) =>
    `{"id":"${id}","source":"/aws/messaging","specversion":"1.0","type":"${TYPE}","time":"${TIME}",` +
    `"data":${escaped(JSON.stringify(DATA))}}`,
} as const;

/** System.Text.Json escapes what is not ASCII, and what means something in HTML. */
function escaped(value: unknown): string {
  return JSON.stringify(value).replaceAll(
    /[^\0-~]|[<>&+']/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** The shape only: the framework itself is not run here. */
export const dotnet: Suite = suite(".NET AWS.Messaging (shape)", rows(), async (world) => ({
  context: sdkPeer(world),
  versions: { ".NET AWS.Messaging (shape)": "0.x and 1.x" },
  close: async () => {},
}));

function rows(): readonly Row<ReturnType<typeof sdkPeer>>[] {
  return Object.entries(DOTNET_SHAPES).flatMap(([payload, write]) =>
    (["queue", "topic", "wrapped"] as const).flatMap((via) =>
      STANDARD_AND_FIFO.map((fifo) => ({
        direction: "writes" as const,
        via,
        fifo,
        payload,
        async run(world: World, peer: ReturnType<typeof sdkPeer>) {
          const channel = await world.channel({ via, fifo });
          const id = randomUUID();
          const order = fifo ? { group: "chat", deduplicationId: id } : {};
          await peer.send(channel.target, [{ body: write(id), attributes: {}, ...order }], {});
          const handled = await consumeWithFanfare(world, channel, 1);
          const { data, event } = nth(handled, 0, "events handled");
          same("data", data, DATA);
          same("event", [event.id, event.source, event.type], [id, "/aws/messaging", TYPE]);
          same("time", event.time, new Date("2023-11-21T16:36:02.895Z"));
          same("messages left on the queue", await world.countMessages(channel.queueUrl), 0);
        },
      })),
    ),
  );
}
