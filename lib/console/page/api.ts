/** Requests to the console's own server. Nothing else is ever asked. */

/** The server said no, or could not. Its message is for people. */
export class ApiError extends Error {}

export function get<T>(path: string): Promise<T> {
  return request(path, { method: "GET" });
}

export function post<T>(path: string, body: unknown): Promise<T> {
  return request(path, {
    method: "POST",
    headers: { "content-type": "application/json", "x-fanfare-console": "1" },
    body: JSON.stringify(body),
  });
}

async function request<T>(path: string, init: RequestInit): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, { ...init, cache: "no-store" });
  } catch {
    throw new ApiError("The console's server does not respond: it may have been stopped.");
  }
  const body: unknown = await response.json().catch(() => undefined);
  if (!response.ok) {
    throw new ApiError(errorOf(body) ?? `The server responded with ${response.status}.`);
  }
  // The types of both sides are those of ../wire.
  return body as T;
}

function errorOf(body: unknown): string | undefined {
  return typeof body === "object" && body !== null && "error" in body && typeof body.error === "string"
    ? body.error
    : undefined;
}
