import { defineContract, event } from "fanfare";
import { z } from "zod";

/** What the suite publishes. One event type with every kind of attribute, so that filters have something to ask for. */
export const trial = defineContract("trial", {
  Noted: event({
    schema: z.object({
      /** Events of one subject are in order on the FIFO topic. */
      subject: z.string().min(1),
      /** Number within the subject. */
      step: z.int().nonnegative(),
      region: z.enum(["eu", "us"]),
      total: z.number(),
      /** `fail twice` fails on the first two attempts, `permanent` for good, `switch` while the subject's switch is on. */
      behaviour: z.enum(["succeed", "fail twice", "permanent", "switch"]),
      text: z.string(),
    }),
    attributes: { region: (note) => note.region, total: (note) => note.total, behaviour: (note) => note.behaviour },
    group: (note) => note.subject,
  }),
  Closed: event({
    schema: z.object({ subject: z.string().min(1) }),
    group: (closed) => closed.subject,
  }),
});
