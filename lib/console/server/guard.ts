import type { Context, MiddlewareHandler } from "hono";
import { getCookie } from "hono/cookie";
import { secureHeaders } from "hono/secure-headers";
import type { Access } from "./access.ts";

/** The header of every request of the page that changes something. No form and no request without a preflight can set it. */
export const CONSOLE_HEADER = "x-fanfare-console";

/** Nothing is loaded from elsewhere, nothing is sent elsewhere, and no other page can frame this one. */
export const headers = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'"],
    imgSrc: ["'self'", "data:"],
    connectSrc: ["'self'"],
    baseUri: ["'none'"],
    formAction: ["'none'"],
    frameAncestors: ["'none'"],
  },
  // The console is served without TLS, on loopback only.
  strictTransportSecurity: false,
  referrerPolicy: "no-referrer",
  crossOriginResourcePolicy: "same-origin",
  crossOriginOpenerPolicy: "same-origin",
});

/** Cookies do not know ports: the name tells two consoles on one machine apart. */
export function cookieName(port: number): string {
  return `fanfare_console_${port}`;
}

/**
 * Refuses what does not come from the console's own page: another host name (DNS rebinding), another origin, another site. The port is
 * known only once the server listens.
 */
export function fromOwnPage(port: () => number): MiddlewareHandler {
  return async (context, next) => {
    const hosts = [`127.0.0.1:${port()}`, `localhost:${port()}`];
    const host = context.req.header("host") ?? "";
    if (!hosts.includes(host)) {
      return refused(context, `the host must be ${hosts.join(" or ")}`);
    }
    const origin = context.req.header("origin");
    if (origin !== undefined && origin !== `http://${host}`) {
      return refused(context, "requests of other origins are refused");
    }
    const site = context.req.header("sec-fetch-site");
    if (site !== undefined && site !== "same-origin" && site !== "none") {
      return refused(context, "requests of other sites are refused");
    }
    return next();
  };
}

/** Lets in only browsers that opened a one-time link. */
export function signedIn(access: Access, port: () => number): MiddlewareHandler {
  return async (context, next) =>
    access.knows(getCookie(context, cookieName(port())))
      ? next()
      : refused(context, "open the link that the command printed; each link works once", 401);
}

/** Lets through what reads. What writes needs the header and the origin of the page, and a console that may write. */
export function writesOnPurpose(write: boolean): MiddlewareHandler {
  return async (context, next) => {
    if (context.req.method === "GET" || context.req.method === "HEAD") {
      return next();
    }
    if (context.req.header(CONSOLE_HEADER) !== "1" || context.req.header("origin") === undefined) {
      return refused(
        context,
        `a request that is not the page's own: the header ${CONSOLE_HEADER} or Origin is missing`,
      );
    }
    return write || isReadOnly(context) ? next() : refused(context, "this console only reads: start it with --write");
  };
}

/** Validation and plans are POST for their bodies, and change nothing. */
function isReadOnly({ req }: Context): boolean {
  return req.path.startsWith("/api/check/");
}

function refused(context: Context, message: string, status: 401 | 403 = 403): Response {
  return context.json({ error: message }, status);
}
