import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { CreatedBackend } from "../../../lib/console/index.ts";
import { createBackend } from "../../../lib/console/index.ts";
import { apiRoutes } from "../../../lib/console/server/api.ts";
import { objectOf } from "../../../lib/std/index.ts";
import { CARD, Shop } from "../ops/shop.ts";

/** Requests that write, each with what has to be confirmed. A new one is missing here until it is tested. */
const CONFIRMED_BY: Readonly<Record<string, "name and count" | "name" | "nothing">> = {
  "/redrive": "name and count",
  "/archive": "name and count",
  "/resend": "name",
  // Sending is offered beside `fanfare dev` alone; stopping a job leaves the rest where it is.
  "/send": "nothing",
  "/jobs/stop": "nothing",
};

let shop: Shop;
let backend: CreatedBackend;
let notes: Readonly<Record<string, unknown>>[] = [];
let queue = "";
let canNote = true;
const journals = mkdtempSync(join(tmpdir(), "fanfare-writes-"));
const NAME = "shop-billing-dlq";

beforeAll(async () => {
  shop = await Shop.start({ polled: false });
  backend = createBackend({
    cloud: shop.cloud,
    title: "test",
    place: "here",
    local: true,
    manifests: shop.manifests,
    journals,
    note: (what) => {
      if (!canNote) {
        throw new Error("the journal cannot be written");
      }
      notes.push(what);
    },
  });
  const queues = await backend.deadLetterQueues();
  queue = queues.find(({ name }) => name === NAME)?.id ?? "";
  await shop.send("Dead", ["w-1", "w-2", "w-3"]);
});

afterAll(async () => {
  await shop[Symbol.asyncDispose]();
  rmSync(journals, { recursive: true, force: true });
});

beforeEach(() => {
  notes = [];
  canNote = true;
});

async function post(
  path: string,
  body: unknown,
): Promise<{ readonly status: number; readonly body: Record<string, unknown> }> {
  const response = await apiRoutes(backend).request(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: objectOf(await response.json()) };
}

async function count(): Promise<number> {
  const all = await backend.deadLetterQueues();
  return all.find(({ id }) => id === queue)?.count ?? -1;
}

async function ended(id: unknown): Promise<string> {
  await expect
    .poll(() => backend.failures?.jobs().find((job) => job.id === id)?.state, { timeout: 20_000 })
    .not.toBe("running");
  return backend.failures?.jobs().find((job) => job.id === id)?.state ?? "";
}

test("every request that writes is known here", () => {
  const posts = apiRoutes(backend).routes.filter(({ method }) => method === "POST");
  const writing = posts.map(({ path }) => path).filter((path) => !path.startsWith("/check/"));
  expect(writing.sort()).toEqual(Object.keys(CONFIRMED_BY).sort());
});

describe.each(Object.keys(CONFIRMED_BY).filter((path) => CONFIRMED_BY[path] === "name and count"))("%s", (path) => {
  const right = { all: true, confirm: NAME, expectCount: 3 };

  test.each<[string, Readonly<Record<string, unknown>>, number]>([
    ["which letters", { all: undefined }, 400],
    ["which letters, but an empty group", { all: undefined, fingerprint: "" }, 400],
    ["which letters, but a group that is no text", { all: undefined, fingerprint: 5 }, 400],
    ["all, but something like it", { all: "true" }, 400],
    ["the name", { confirm: undefined }, 400],
    ["the right name", { confirm: "shop-billing" }, 422],
    ["the count", { expectCount: undefined }, 400],
    ["a count that is a number", { expectCount: "3" }, 400],
    ["a count that is whole", { expectCount: null }, 400],
    ["the right count", { expectCount: 4 }, 422],
    ["the right count at all", { expectCount: 0 }, 422],
  ])("is refused without %s", async (_, wrong, status) => {
    const refused = await post(path, { queue, ...right, ...wrong });
    expect(refused.status, JSON.stringify(refused.body)).toBe(status);
    expect(refused.body.error).toEqual(expect.stringMatching(/./));
    expect(notes).toEqual([]);
    expect(await count()).toBe(3);
  });

  test("is not done where its line cannot be written first", async () => {
    canNote = false;
    const { body } = await post(path, { queue, ...right });
    expect(await ended(body.id)).toBe("failed");
    expect(await count()).toBe(3);
  });
});

test("a letter is shown without its body until that is asked for, and sensitive fields stay masked", async () => {
  const api = apiRoutes(backend);
  const at = `queue=${encodeURIComponent(queue)}`;
  const groups = await (await api.request(`/groups?${at}`)).text();
  const letters = await (await api.request(`/letters?${at}&fingerprint=moved-by-sqs`)).text();
  const [, id] = /"id":"([^"]+)"/.exec(letters) ?? [];
  const hidden = await (await api.request(`/letter?${at}&id=${id}`)).text();
  const shown = await (await api.request(`/letter?${at}&id=${id}&body=true`)).text();
  for (const sensitive of ["orderId", CARD]) {
    expect(hidden + groups + letters).not.toContain(sensitive);
  }
  expect(shown).toContain("orderId");
  expect(shown).not.toContain(CARD);
});

test("/resend needs the name, and archives the original before it sends", async () => {
  const [first] = (await backend.failures?.letters(queue, "moved-by-sqs"))?.letters ?? [];
  const request = { queue, id: first?.id, data: { orderId: "corrected", total: 1, card: "***" } };
  for (const confirm of [undefined, "", "shop-billing", 5]) {
    expect((await post("/resend", { ...request, confirm })).status).toBeGreaterThanOrEqual(400);
  }
  canNote = false;
  expect((await post("/resend", { ...request, confirm: NAME })).status).toBe(422);
  expect(await count()).toBe(3);
  canNote = true;
  const { status, body } = await post("/resend", { ...request, confirm: NAME });
  expect(status, JSON.stringify(body)).toBe(200);
  expect(notes).toEqual([expect.objectContaining({ what: "edit", messageId: first?.id })]);
  expect(readFileSync(String(body.archive), "utf8")).toContain(CARD);
  expect(await count()).toBe(2);
});

test("/archive and /redrive are done when they are confirmed, each with a line", async () => {
  const archived = await post("/archive", { queue, all: true, confirm: NAME, expectCount: 2 });
  expect(await ended(archived.body.id)).toBe("done");
  expect(notes).toEqual([expect.objectContaining({ what: "archive", count: 2 })]);
  expect(readdirSync(journals).some((file) => file.startsWith("archive-"))).toBe(true);
  expect(await count()).toBe(0);
  await shop.send("Dead", ["w-4"]);
  notes = [];
  const redriven = await post("/redrive", { queue, all: true, confirm: NAME, expectCount: 1 });
  expect(await ended(redriven.body.id)).toBe("done");
  expect(notes).toEqual([expect.objectContaining({ what: "redrive", count: 1 })]);
  expect(await count()).toBe(0);
});

test("/jobs/stop ends a job: what was moved stays moved, and the rest is given back", async () => {
  await shop.send(
    "Dead",
    Array.from({ length: 400 }, (_, at) => `stop-${at}`),
  );
  const { body } = await post("/redrive", { queue, all: true, confirm: NAME, expectCount: 400 });
  expect((await post("/jobs/stop", {})).status).toBe(400);
  await post("/jobs/stop", { id: "another job" });
  expect((await post("/jobs/stop", { id: body.id })).status).toBe(200);
  expect(await ended(body.id)).toBe("stopped");
  const done = backend.failures?.jobs().find(({ id }) => id === body.id)?.done ?? 0;
  expect(done).toBeLessThan(400);
  expect(await count()).toBe(400 - done);
});
