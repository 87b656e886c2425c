import { consume } from "fanfare";
import { trial } from "../contract.ts";
import { effectOf } from "./effects.ts";
import { misbehave } from "./misbehave.ts";

/** Writes the effect of each event in one transaction with its completion. */
export const handler = consume(
  trial,
  {
    Noted: async (note, ctx) => {
      await misbehave(note, ctx.attempt);
      await ctx.commit([effectOf(ctx.event, ctx.attempt, note.text)]);
    },
    Closed: async (_closed, ctx) => {
      await ctx.commit([effectOf(ctx.event, ctx.attempt, "")]);
    },
  },
  { backoff: { baseSeconds: 1, capSeconds: 1 } },
);
