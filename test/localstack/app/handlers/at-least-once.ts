import { consume } from "fanfare";
import { trial } from "../contract.ts";
import { effectOf, writeEffect } from "./effects.ts";
import { misbehave } from "./misbehave.ts";

/** No store: every delivery shows in the effect's counter, so that one too many does as well. */
export const handler = consume(
  trial,
  {
    Noted: async (note, ctx) => {
      await misbehave(note, ctx.attempt);
      await writeEffect(effectOf(ctx.event, ctx.attempt, note.text));
    },
    Closed: async () => {},
  },
  { backoff: { baseSeconds: 1, capSeconds: 1 } },
);
