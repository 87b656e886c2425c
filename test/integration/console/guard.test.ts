import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RunningConsole, startConsole } from "../../../lib/console/index.ts";
import { apiRoutes } from "../../../lib/console/server/api.ts";
import type { ConsoleBackend } from "../../../lib/console/server/backend.ts";

/** Where requests that were let in are counted. */
let sent: unknown[] = [];
let writing: RunningConsole;
let reading: RunningConsole;

const BACKEND: ConsoleBackend = {
  about: () => ({ title: "test", place: "here", local: true }),
  sample: () => Promise.resolve({ at: 0, graph: { nodes: [], edges: [] }, queues: {} }),
  subscriber: () => Promise.reject(new Error("none")),
  deadLetterQueues: () => Promise.resolve([]),
  contracts: {
    sends: true,
    contracts: () => Promise.resolve([]),
    example: () => Promise.resolve({}),
    check: () => Promise.resolve({ issues: [] }),
    checkType: () => Promise.resolve(undefined),
    send: (draft) => {
      sent.push(draft);
      return Promise.resolve({ id: "e-1", command: "fanfare send" });
    },
  },
};

const start = (write: boolean) =>
  startConsole({
    backend: BACKEND,
    write,
    intervalMs: 60_000,
    page: () => Promise.resolve({ script: "", style: "" }),
  });

beforeAll(async () => {
  writing = await start(true);
  reading = await start(false);
});

afterAll(async () => {
  await writing.close();
  await reading.close();
});

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** `fetch` does not let a test choose Host and Origin. */
function ask(port: number, path: string, headers: Record<string, string> = {}, body?: unknown): Promise<Answer> {
  return new Promise((done, fail) => {
    const options = { host: "127.0.0.1", port, path, headers, method: body === undefined ? "GET" : "POST" };
    const outgoing = request(options, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        text += chunk;
      });
      response.on("end", () => done({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
    });
    outgoing.on("error", fail);
    outgoing.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

/** Opens the link, as the browser does, and returns the cookie. */
async function signIn(console: RunningConsole): Promise<{ cookie: string; setCookie: string }> {
  const { search, pathname } = new URL(console.link);
  const { status, headers } = await ask(console.port, pathname + search);
  expect(status).toBe(303);
  const [setCookie = ""] = headers["set-cookie"] ?? [];
  return { cookie: setCookie.split(";")[0] ?? "", setCookie };
}

const own = (port: number) => ({
  origin: `http://127.0.0.1:${port}`,
  "content-type": "application/json",
  "x-fanfare-console": "1",
});

const DRAFT = { target: "Orders", event: "OrderPlaced", data: {} };

describe("the link", () => {
  test("works once, and becomes a cookie that scripts and other sites do not get", async () => {
    const { link } = writing;
    const { setCookie } = await signIn(writing);
    expect(setCookie).toMatch(/HttpOnly/);
    expect(setCookie).toMatch(/SameSite=Strict/);
    const { search, pathname } = new URL(link);
    expect((await ask(writing.port, pathname + search)).status).toBe(403);
    expect(writing.link).not.toBe(link);
  });

  test.each(["", "?token=", "?token=guessed", `?token=${"A".repeat(43)}`])("/open%s lets nobody in", async (query) => {
    const { status, headers } = await ask(writing.port, `/open${query}`);
    expect(status).toBe(403);
    expect(headers["set-cookie"]).toBeUndefined();
  });

  test("is needed for the page, its files and its data", async () => {
    for (const path of ["/", "/app.js", "/api/about", "/api/live", "/api/contracts"]) {
      expect((await ask(writing.port, path)).status, path).toBe(401);
      const guessed = { cookie: `fanfare_console_${writing.port}=${"A".repeat(43)}` };
      expect((await ask(writing.port, path, guessed)).status, path).toBe(401);
    }
  });

  test("does not open another console", async () => {
    const { cookie } = await signIn(writing);
    const renamed = cookie.replace(String(writing.port), String(reading.port));
    expect((await ask(reading.port, "/api/about", { cookie: renamed })).status).toBe(401);
  });
});

describe("an attacker's page", () => {
  test.each([
    "evil.example",
    "evil.example:80",
    "localhost",
    "127.0.0.1",
    "127.0.0.1:1",
    "[::1]:80",
    "localhost.evil.example",
  ])("that rebinds its name to this machine is refused: Host %s", async (host) => {
    const { cookie } = await signIn(writing);
    expect((await ask(writing.port, "/api/about", { cookie, host })).status).toBe(403);
    expect(
      (await ask(writing.port, new URL(writing.link).pathname + new URL(writing.link).search, { host })).status,
    ).toBe(403);
  });

  test.each([
    ["another origin", { origin: "https://evil.example" }],
    ["no origin that can be told", { origin: "null" }],
    ["another port of this machine", { origin: "http://127.0.0.1:1" }],
    ["another site", { "sec-fetch-site": "cross-site" }],
    ["the same site, of another port", { "sec-fetch-site": "same-site" }],
  ])("with %s is refused, reading and writing", async (_name, headers) => {
    const { cookie } = await signIn(writing);
    sent = [];
    expect((await ask(writing.port, "/api/about", { cookie, ...headers })).status).toBe(403);
    expect((await ask(writing.port, "/api/send", { ...own(writing.port), cookie, ...headers }, DRAFT)).status).toBe(
      403,
    );
    expect(sent).toEqual([]);
  });

  test("cannot write by a form, which sets neither header nor origin of the page", async () => {
    const { cookie } = await signIn(writing);
    sent = [];
    const { "x-fanfare-console": _header, ...withoutHeader } = own(writing.port);
    const { origin: _origin, ...withoutOrigin } = own(writing.port);
    for (const headers of [withoutHeader, withoutOrigin]) {
      expect((await ask(writing.port, "/api/send", { ...headers, cookie }, DRAFT)).status).toBe(403);
    }
    expect(sent).toEqual([]);
  });
});

describe("the console's own page", () => {
  test("may load nothing from elsewhere, and nobody may frame it", async () => {
    const { cookie } = await signIn(writing);
    const { status, headers } = await ask(writing.port, "/", { cookie });
    expect(status).toBe(200);
    const policy = String(headers["content-security-policy"]);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
  });

  test("writes, where the console may", async () => {
    const { cookie } = await signIn(writing);
    sent = [];
    expect((await ask(writing.port, "/api/send", { ...own(writing.port), cookie }, DRAFT)).status).toBe(200);
    expect(sent).toEqual([DRAFT]);
  });

  test("only checks in a console that only reads", async () => {
    const { cookie } = await signIn(reading);
    sent = [];
    const headers = { ...own(reading.port), cookie };
    expect((await ask(reading.port, "/api/check/event", headers, DRAFT)).status).toBe(200);
    const posts = apiRoutes(BACKEND).routes.filter(
      ({ method, path }) => method === "POST" && !path.startsWith("/check/"),
    );
    expect(posts.length).toBeGreaterThan(4);
    for (const path of [...posts.map((route) => `/api${route.path}`), "/api/anything-else"]) {
      const { status, body } = await ask(reading.port, path, headers, DRAFT);
      expect(status, path).toBe(403);
      expect(body).toContain("--write");
    }
    expect(sent).toEqual([]);
  });

  test("does not get bodies without end", async () => {
    const { cookie } = await signIn(writing);
    const huge = { ...DRAFT, data: "x".repeat(4 * 1_048_576) };
    expect((await ask(writing.port, "/api/send", { ...own(writing.port), cookie }, huge)).status).toBe(413);
  });
});
