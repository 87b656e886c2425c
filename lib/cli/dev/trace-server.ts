import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { TraceJournal } from "../../ops/index.ts";

/** Serves what is recorded to the other commands of this machine. */
export interface TraceServer {
  /** Where facts are asked for, with `?id=`. Its path is a secret: only who may read the session's file knows it. */
  readonly url: string;
  close(): Promise<void>;
}

/** Serves a journal on loopback. */
export async function serveTraces(journal: TraceJournal): Promise<TraceServer> {
  const path = `/${randomBytes(24).toString("base64url")}/facts`;
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    const isAsked = request.method === "GET" && url.pathname === path;
    response.writeHead(isAsked ? 200 : 404, { "content-type": "application/json" });
    response.end(isAsked ? JSON.stringify(journal.factsOf(url.searchParams.get("id") ?? "")) : "{}");
  });
  await new Promise<void>((listening, fail) => {
    server.once("error", fail);
    server.listen({ host: "127.0.0.1", port: 0 }, listening);
  });
  // It serves as long as the app runs, and keeps nothing running.
  server.unref();
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}${path}`,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}
