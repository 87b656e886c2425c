import { type Context, Hono } from "hono";
import { isJsonObject, type JsonObject } from "../../std/index.ts";
import type { Correction, EventDraft } from "../wire/index.ts";
import type { ConfirmedRedrive, ConsoleBackend, RedriveRequest } from "./backend.ts";

/** A request that the page does not make. */
class BadRequest extends Error {}

/** The requests of the page. What the backend throws is the user's to read. */
export function apiRoutes(backend: ConsoleBackend): Hono {
  return new Hono()
    .get("/queue", async (c) => c.json(await backend.subscriber(query(c, "id"))))
    .get("/dead-letter-queues", async (c) => c.json(await backend.deadLetterQueues()))
    .get("/groups", async (c) => c.json(await failuresOf(backend).groups(query(c, "queue"))))
    .get("/letters", async (c) => c.json(await failuresOf(backend).letters(query(c, "queue"), query(c, "fingerprint"))))
    .get("/letter", async (c) =>
      c.json(await failuresOf(backend).letter(query(c, "queue"), query(c, "id"), c.req.query("body") === "true")),
    )
    .get("/contracts", async (c) => c.json(await contractsOf(backend).contracts()))
    .get("/example", async (c) => json(c, await contractsOf(backend).example(query(c, "target"), query(c, "event"))))
    .get("/trace", async (c) =>
      c.json(await present(backend.trace, "trace")(query(c, "id"), c.req.query("deadLetters") === "true")),
    )
    .get("/doctor", async (c) => c.json(await present(backend.doctor, "doctor")()))
    .post("/check/event", async (c) => c.json(await contractsOf(backend).check(draftOf(await bodyOf(c)))))
    .post("/check/plan", async (c) => c.json(await failuresOf(backend).plan(redriveOf(await bodyOf(c)))))
    .post("/check/correction", async (c) =>
      c.json(await failuresOf(backend).checkCorrection(correctionOf(await bodyOf(c)))),
    )
    .post("/resend", async (c) => {
      const body = await bodyOf(c);
      return c.json(await failuresOf(backend).resend({ ...correctionOf(body), confirm: text(body, "confirm") }));
    })
    .post("/send", async (c) => c.json(await contractsOf(backend).send(draftOf(await bodyOf(c)))))
    .post("/redrive", async (c) => c.json({ id: await failuresOf(backend).redrive(confirmedOf(await bodyOf(c))) }))
    .post("/archive", async (c) => c.json({ id: await failuresOf(backend).archive(confirmedOf(await bodyOf(c))) }))
    .post("/jobs/stop", async (c) => {
      failuresOf(backend).stop(text(await bodyOf(c), "id"));
      return c.json({});
    })
    .onError((error, c) => {
      const known = error instanceof BadRequest || "remedy" in error || error.name.endsWith("Error");
      return c.json({ error: known ? error.message : String(error) }, error instanceof BadRequest ? 400 : 422);
    });
}

/** What this place has, or an error: the page does not offer what is not there. */
function present<T>(part: T | undefined, name: string): T {
  if (part === undefined) {
    throw new BadRequest(`this console has no ${name}`);
  }
  return part;
}

const failuresOf = ({ failures }: ConsoleBackend) => present(failures, "dead letters");
const contractsOf = ({ contracts }: ConsoleBackend) => present(contracts, "contract");

/** `c.json` takes only what its types know as JSON. */
function json(c: Context, value: unknown): Response {
  return c.body(JSON.stringify(value ?? null), 200, { "content-type": "application/json" });
}

async function bodyOf(c: Context): Promise<JsonObject> {
  const body: unknown = await c.req.json().catch(() => undefined);
  return isJsonObject(body) ? body : {};
}

function query(c: Context, name: string): string {
  const value = c.req.query(name);
  if (value === undefined || value === "") {
    throw new BadRequest(`the request has no ${name}`);
  }
  return value;
}

function text(body: JsonObject, name: string): string {
  const value = body[name];
  if (typeof value !== "string") {
    throw new BadRequest(`the request has no ${name}`);
  }
  return value;
}

function draftOf(body: JsonObject): EventDraft {
  return { target: text(body, "target"), event: text(body, "event"), data: body.data };
}

function correctionOf(body: JsonObject): Correction {
  return { queue: text(body, "queue"), id: text(body, "id"), data: body.data };
}

function redriveOf(body: JsonObject): RedriveRequest {
  const { all, fingerprint, canary } = body;
  if (all !== true && (typeof fingerprint !== "string" || fingerprint === "")) {
    throw new BadRequest("the request does not name dead letters: give a fingerprint, or all: true");
  }
  return {
    queue: text(body, "queue"),
    fingerprint: typeof fingerprint === "string" ? fingerprint : undefined,
    canary: canary === true,
  };
}

function confirmedOf(body: JsonObject): ConfirmedRedrive {
  const { expectCount } = body;
  if (typeof expectCount !== "number" || !Number.isSafeInteger(expectCount) || expectCount < 0) {
    throw new BadRequest("the request has no expectCount");
  }
  return { ...redriveOf(body), confirm: text(body, "confirm"), expectCount };
}
