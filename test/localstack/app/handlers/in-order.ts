import { consume } from "fanfare";
import { trial } from "../contract.ts";
import { stepOf } from "./effects.ts";
import { misbehave } from "./misbehave.ts";

/** Notes the steps of each subject in the order in which it sees them. */
export const handler = consume(
  trial,
  {
    Noted: async (note, ctx) => {
      await misbehave(note, ctx.attempt);
      await ctx.commit([stepOf(note.subject, note.step)]);
    },
    Closed: async () => {},
  },
  { backoff: { baseSeconds: 1, capSeconds: 1 } },
);
