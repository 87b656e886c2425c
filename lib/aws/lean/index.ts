/**
 * A client for the few JSON operations of a consumer, of a fraction of an SDK client's size and time to load. It reads keys from the
 * environment only; where more is needed, the SDK serves (lib/aws/choice.ts).
 */

export { type LeanClient, type LeanClientOptions, leanClient } from "./client.ts";
export type { Credentials } from "./credentials.ts";
export { type HttpRequest, type HttpResponse, type Post, postTo } from "./http.ts";
export { outputOf } from "./response.ts";
export { sign } from "./sign.ts";
