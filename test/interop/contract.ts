import { z } from "zod";
import { defineContract, event } from "../../lib/index.ts";

/** What the clients exchange: an event with every kind of routing attribute, and the one of the .NET framework's documentation. */
export const interop = defineContract("interop", {
  Measured: event({
    schema: z.object({
      station: z.string(),
      reading: z.number(),
      isFinal: z.boolean(),
      tags: z.array(z.string()),
      note: z.string(),
    }),
    attributes: {
      station: (measured) => measured.station,
      reading: (measured) => measured.reading,
      isFinal: (measured) => measured.isFinal,
      tags: (measured) => measured.tags,
    },
    group: (measured) => measured.station,
  }),
  ChatMessage: event({
    type: "Publisher.Models.ChatMessage",
    schema: z.object({ MessageDescription: z.string() }),
  }),
});

/** The CloudEvents source of what Fanfare publishes here. */
export const SOURCE = "urn:fanfare:interop";
