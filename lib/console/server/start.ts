import type { Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { setCookie } from "hono/cookie";
import { streamSSE } from "hono/streaming";
import { objectOf } from "../../std/index.ts";
import { type PageFiles, pageFiles } from "../bundle/index.ts";
import type { About } from "../wire/index.ts";
import { Access } from "./access.ts";
import { apiRoutes } from "./api.ts";
import type { ConsoleBackend } from "./backend.ts";
import { cookieName, fromOwnPage, headers, signedIn, writesOnPurpose } from "./guard.ts";
import { pageRoutes } from "./page.ts";
import { type Sample, Sampler } from "./sampler.ts";

/** The only address that the server binds: it cannot be reached from the network. */
const LOOPBACK = "127.0.0.1";

/** A message of SQS has at most 1 MiB, and JSON in JSON can double it. */
const MAX_BODY_BYTES = 3 * 1_048_576;

/** Options of {@link startConsole}. */
export interface ConsoleOptions {
  readonly backend: ConsoleBackend;
  /** Accepts requests that change something. */
  readonly write: boolean;
  /** @default 0, any free port */
  readonly port?: number | undefined;
  /** Milliseconds between two samples of the queues, while a page is open. */
  readonly intervalMs: number;
  /** Called when a link has been used, with the next one. */
  readonly onOpened?: ((nextLink: string) => void) | undefined;
  /** @default the page of this package */
  readonly page?: (() => Promise<PageFiles>) | undefined;
}

/** A console that listens. */
export interface RunningConsole {
  readonly port: number;
  /** The link that opens it, once. */
  readonly link: string;
  close(): Promise<void>;
}

/**
 * Serves the console on loopback. A browser gets in by the one-time link alone; see the guard for what is refused.
 *
 * @throws Error of the system when the port is taken
 */
export async function startConsole(options: ConsoleOptions): Promise<RunningConsole> {
  const { backend, write, intervalMs } = options;
  const access = new Access();
  const sampler = new Sampler(() => backend.sample(), intervalMs);
  const closing = new AbortController();
  let port = 0;
  const linkOf = () => `http://${LOOPBACK}:${port}/open?token=${access.token}`;
  const about: About = { ...backend.about(), write, intervalMs, version: version(), screens: screensOf(backend) };

  const app = new Hono();
  app.use(
    headers,
    fromOwnPage(() => port),
  );
  app.get("/open", (context) => {
    const secret = access.exchange(context.req.query("token") ?? "");
    if (secret === undefined) {
      return context.text(
        "This link has been used, or is wrong. The command printed the next one in its terminal.\n",
        403,
      );
    }
    setCookie(context, cookieName(port), secret, { httpOnly: true, sameSite: "Strict", path: "/" });
    options.onOpened?.(linkOf());
    return context.redirect("/", 303);
  });
  app.use(
    signedIn(access, () => port),
    writesOnPurpose(write),
    bodyLimit({ maxSize: MAX_BODY_BYTES }),
  );
  app.route("/", pageRoutes(options.page ?? pageFiles));
  app.get("/api/about", (context) => context.json(about));
  app.get("/api/live", (context) =>
    streamSSE(context, (stream) => live(stream, { backend, sampler, closing: closing.signal })),
  );
  app.route("/api", apiRoutes(backend));

  const server = createAdaptorServer({ fetch: app.fetch, overrideGlobalObjects: false }) as Server;
  await listen(server, options.port ?? 0);
  port = (server.address() as AddressInfo).port;
  return {
    port,
    get link() {
      return linkOf();
    },
    close: async () => {
      closing.abort();
      sampler.close();
      const closed = new Promise<void>((done) => server.close(() => done()));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Milliseconds between two looks at the jobs: their progress is seen as it happens. */
const JOBS_MS = 500;

interface Live {
  readonly backend: ConsoleBackend;
  readonly sampler: Sampler;
  readonly closing: AbortSignal;
}

/** Samples and jobs, until the page goes away. */
function live(
  stream: { writeSSE(message: { event: string; data: string }): Promise<void>; onAbort(listener: () => void): void },
  { backend, sampler, closing }: Live,
): Promise<void> {
  const write = (event: string, value: unknown) => void stream.writeSSE({ event, data: JSON.stringify(value) });
  let shown = "";
  const showJobs = () => {
    const jobs = JSON.stringify(backend.failures?.jobs() ?? []);
    if (jobs !== shown) {
      shown = jobs;
      void stream.writeSSE({ event: "jobs", data: jobs });
    }
  };
  showJobs();
  const timer = setInterval(showJobs, JOBS_MS);
  const stop = sampler.listen((sample: Sample) =>
    "map" in sample ? write("map", sample.map) : write("problem", sample.problem),
  );
  return new Promise((done) => {
    const end = () => {
      clearInterval(timer);
      stop();
      done();
    };
    stream.onAbort(end);
    closing.addEventListener("abort", end, { once: true });
  });
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((done, fail) => {
    server.once("error", fail);
    server.listen({ host: LOOPBACK, port }, () => {
      server.off("error", fail);
      done();
    });
  });
}

/** Screens that there is something to show on. */
function screensOf({ contracts, failures, trace, doctor }: ConsoleBackend): readonly string[] {
  return [
    "map",
    ...(contracts === undefined ? [] : ["contract"]),
    ...(contracts?.sends === true ? ["send"] : []),
    ...(failures === undefined ? [] : ["failures", "jobs"]),
    ...(trace === undefined ? [] : ["trace"]),
    ...(doctor === undefined ? [] : ["doctor"]),
  ];
}

function version(): string {
  return String(objectOf(createRequire(import.meta.url)("fanfare/package.json")).version ?? "");
}
