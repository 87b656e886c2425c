import { CloudEvent, HTTP } from "cloudevents";
import { isJsonObject } from "../../../lib/std/index.ts";
import { parseJson } from "../../../lib/wire/index.ts";
import { same } from "../checks.ts";
import { clientReads, clientWrites } from "../exchanges.ts";
import { installedVersion } from "../packages.ts";
import type { Peer } from "../peer.ts";
import { sdkPeer } from "../peers/sdk.ts";
import { type Row, STANDARD_AND_FIFO, type Suite, suite } from "../row.ts";

const HEADERS = { "content-type": "application/cloudevents+json; charset=utf-8" };

/** The envelope is written and read by the official SDK of CloudEvents, and carried by the AWS SDK. */
export const cloudEvents: Suite = suite("cloudevents", rows(), async (world) => ({
  context: throughCloudEvents(sdkPeer(world)),
  versions: {
    cloudevents: installedVersion("cloudevents"),
    "AWS SDK for JavaScript": installedVersion("@aws-sdk/client-sqs"),
  },
  close: async () => {},
}));

function rows(): readonly Row<Peer>[] {
  return (["queue", "topic"] as const).flatMap((via) =>
    STANDARD_AND_FIFO.flatMap((fifo): Row<Peer>[] => {
      const cell = { via, fifo, payload: "small" } as const;
      const exchange = { via, fifo, size: "small" as const };
      return [
        { ...cell, direction: "writes", run: (world, peer) => clientWrites(world, peer, exchange) },
        { ...cell, direction: "reads", run: (world, peer) => clientReads(world, peer, exchange) },
      ];
    }),
  );
}

/** Writes each envelope anew with the SDK, and has each received one read and validated by it. */
function throughCloudEvents(peer: Peer): Peer {
  return {
    ...peer,
    async send(target, messages, options) {
      const rewritten = messages.map((message) => {
        const given = parseJson(message.body, "body");
        const event = new CloudEvent(isJsonObject(given) ? given : {}, true);
        return { ...message, body: String(HTTP.structured(event).body) };
      });
      await peer.send(target, rewritten, options);
    },
    async receive(queueUrl, count, options) {
      const messages = await peer.receive(queueUrl, count, options);
      for (const { body } of messages) {
        assertCloudEvent(body);
      }
      return messages;
    },
  };
}

/** @throws Error unless the SDK accepts the envelope strictly and reads each of its fields as it was written */
export function assertCloudEvent(body: string): void {
  const read = HTTP.toEvent<unknown>({ headers: HEADERS, body });
  if (Array.isArray(read)) {
    throw new Error("the SDK read several events");
  }
  const event = new CloudEvent<unknown>({ ...read }, true);
  same("valid", event.validate(), true);
  const written = parseJson(body, "body");
  for (const [name, value] of Object.entries(isJsonObject(written) ? written : {})) {
    same(name, event[name], value);
  }
}
