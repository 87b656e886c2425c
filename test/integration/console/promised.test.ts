import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type CreatedBackend, createBackend } from "../../../lib/console/index.ts";
import { CARD, Shop } from "../ops/shop.ts";

let shop: Shop;
let backend: CreatedBackend;
const directory = mkdtempSync(join(tmpdir(), "fanfare-console-"));

beforeAll(async () => {
  shop = await Shop.start({ polled: false });
  backend = createBackend({
    cloud: shop.cloud,
    title: "fanfare dev",
    place: "here",
    local: true,
    manifests: shop.manifests,
    journals: directory,
  });
});

afterAll(async () => {
  await shop[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true, force: true });
});

test("what the stack marks as sensitive is masked in the console of a running app", async () => {
  await shop.send("Dead", ["1"]);
  const [queue] = await backend.deadLetterQueues();
  const id = queue?.id ?? "";
  const groups = await backend.failures?.groups(id);
  const letters = await backend.failures?.letters(id, groups?.groups[0]?.fingerprint ?? "");
  const letter = await backend.failures?.letter(id, letters?.letters[0]?.id ?? "", true);
  expect(letter?.data).toEqual({ orderId: "1", total: 0, card: "***" });
  expect(JSON.stringify(letter)).not.toContain(CARD);
});

test("subscribers have the names of their constructs, and queues that no stack promises are shown too", async () => {
  const { graph } = await backend.sample();
  expect(graph.nodes.map(({ name }) => name)).toContain("Orders/Billing");
  // Another version of the app promises nothing: names come from what is there.
  backend.deploymentChanged([]);
  const { graph: unpromised } = await backend.sample();
  expect(unpromised.nodes.map(({ name }) => name)).toContain("shop-billing");
});
