/**
 * The hosts that the server accepts. A page in a browser can make any name resolve to 127.0.0.1 (DNS rebinding) and can
 * send simple requests across origins; both would let a web site read and change the local queues and objects.
 */
const LOOPBACK_HOSTS = new Set(["localhost", "127.0.0.1", "[::1]"]);
const LOCALHOST_SUFFIX = ".localhost";

/** The name in a `Host` header, without its port and in lower case. */
function hostName(host: string): string {
  return host.replace(/:\d*$/, "").toLowerCase();
}

function isLoopbackHost(host: string): boolean {
  const name = hostName(host);
  return LOOPBACK_HOSTS.has(name) || name.endsWith(LOCALHOST_SUFFIX);
}

function isLoopbackOrigin(origin: string): boolean {
  return URL.canParse(origin) && isLoopbackHost(new URL(origin).host);
}

/**
 * Why a request is refused for where it comes from, as a sentence for the client, or `undefined` where it is welcome.
 *
 * @param headers - `Host`, and what a browser adds: `Origin`, `Sec-Fetch-Site`.
 */
export function refusalByOrigin(headers: {
  readonly host: string | undefined;
  readonly origin: string | undefined;
  readonly fetchSite: string | undefined;
}): string | undefined {
  if (headers.host === undefined || !isLoopbackHost(headers.host)) {
    return (
      `The local runtime refuses the Host "${headers.host ?? ""}": it accepts localhost, 127.0.0.1 and *.localhost ` +
      "only, so that no web site can reach it under its own name. Use http://127.0.0.1:<port> as the endpoint."
    );
  }
  if (headers.origin !== undefined && !isLoopbackOrigin(headers.origin)) {
    return (
      `The local runtime refuses requests that a page of "${headers.origin}" makes: only pages served from localhost ` +
      "may call it."
    );
  }
  if (headers.origin === undefined && headers.fetchSite === "cross-site") {
    return "The local runtime refuses requests that a browser makes for a page of another site.";
  }
  return undefined;
}

/**
 * The bucket that the host names (virtual-hosted style: `bucket.localhost`), if it does. A first label of `s3` is the
 * service, as in `s3.localhost` and `bucket.s3.localhost`.
 */
export function bucketOfHost(host: string): string | undefined {
  const name = hostName(host);
  if (!name.endsWith(LOCALHOST_SUFFIX)) {
    return undefined;
  }
  const label = name.slice(0, -LOCALHOST_SUFFIX.length).replace(/(^|\.)s3(\.[a-z0-9-]+)?$/, "");
  return label === "" ? undefined : label;
}
