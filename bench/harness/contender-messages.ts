import { z } from "zod";

/** What a contender's process is asked for: to get ready for the next sample, or to take it. */
export type Request = "prepare" | "measure";

/** What it answers to each request, and once when it can be asked. */
export const answerSchema = z.discriminatedUnion("kind", [
  /** Empty unless something was measured. */
  z.object({ kind: z.literal("done"), sample: z.record(z.string(), z.number()) }),
  /** The error as text, with its stack and causes. */
  z.object({ kind: z.literal("failed"), error: z.string() }),
]);

export type Answer = z.infer<typeof answerSchema>;
