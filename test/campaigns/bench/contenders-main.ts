/** Contenders for the tests of the harness, each of which behaves in its own way. */
import { z } from "zod";
import { serveContender } from "../../../bench/harness/index.ts";

let prepared = 0;

await serveContender({
  settings: z.object({ factor: z.number() }),
  contenders: {
    answering: async ({ factor }) => ({
      prepare: async () => {
        prepared += 1;
      },
      measure: async () => ({ pid: process.pid, prepared, scaled: 7 * factor, collects: globalThis.gc ? 1 : 0 }),
    }),
    unprepared: async () => ({ measure: async () => ({ pid: process.pid }) }),
    "throwing at the start": async () => {
      throw new Error("no module of that name", { cause: new Error("the disk is gone") });
    },
    "throwing in a sample": async () => ({
      measure: async () => {
        throw new Error("the handler broke");
      },
    }),
    "throwing where nobody awaits": async () => ({
      measure: () =>
        new Promise(() => {
          setImmediate(() => {
            throw new Error("thrown by a callback");
          });
        }),
    }),
    exiting: async () => ({
      measure: async () => {
        process.stderr.write("out of patience\n");
        process.exit(3);
      },
    }),
    silent: async () => ({ measure: () => new Promise(() => {}) }),
    "in a loop": async () => ({
      measure: async () => {
        for (;;) {}
      },
    }),
  },
});
