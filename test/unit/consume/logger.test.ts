import { expect, test } from "vitest";
import type { HandlerContext, Logger } from "../../../lib/index.ts";
import { envelope, MemoryStore, record, run } from "./support.ts";

const full = () => {
  throw new Error("the disk is full");
};
const logger: Logger = { debug: full, info: full, warn: full, error: full };

test("a logger that throws changes no outcome", async () => {
  const store = new MemoryStore();
  // The completion is lost, the release fails, the handler logs: each is worth a line.
  store.settleResult = ({ key }) => (key.endsWith("#lost") ? { status: "lost" } : undefined);
  store.release = async (claims) => claims.map(() => ({ status: "unavailable", error: new Error("gone") }));
  const handler = (_data: unknown, { event, logger: own }: HandlerContext) => {
    own.info("handling", {});
    if (event.id === "fails") {
      throw new Error("no");
    }
  };
  const records = ["fine", "lost", "fails"].map((id) => record(envelope(id)));
  expect(await run({ Placed: handler }, records, { store, logger })).toEqual(records.slice(1).map((r) => r.messageId));
  expect(store.items.get("billing#%2Fshop#orders.Placed#fine")).toMatchObject({ done: true });
});
