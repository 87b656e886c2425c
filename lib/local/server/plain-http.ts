import type { IncomingMessage } from "node:http";
import {
  APIS_PATH,
  functionUrlEvent,
  jsonReply,
  type PlainReply,
  type PlainRequest,
  version2Reply,
} from "../apis/index.ts";
import { RESPONSES_PATH } from "../custom-resources/index.ts";
import { readBody } from "./http/body.ts";
import { BODY_LIMITS } from "./limits.ts";
import type { FunctionGateway } from "./services/index.ts";

/** Where the URLs of functions are. */
export const FUNCTIONS_PATH = "/_fanfare/functions/";

/** Answers requests to the APIs of the app; undefined for an id of none. */
export type ServeApi = (apiId: string, request: PlainRequest) => Promise<PlainReply> | undefined;

/** Takes the response of a custom resource. Returns whether anybody awaits it. */
export type TakeResponse = (id: string, body: string) => boolean;

/** What answers plain HTTP: functions with a URL, and APIs. */
export interface PlainHttp {
  readonly functions: FunctionGateway | undefined;
  readonly serveApi: ServeApi | undefined;
  readonly takeResponse: TakeResponse | undefined;
}

/** Whether a path is that of an API, of a function or of a response. */
export function isPlainPath(path: string): boolean {
  return path.startsWith(FUNCTIONS_PATH) || path.startsWith(APIS_PATH) || path.startsWith(RESPONSES_PATH);
}

/** A request to the URL of a function, or to an API: plain HTTP in both directions. */
export async function answerPlainHttp(
  { functions, serveApi, takeResponse }: PlainHttp,
  incoming: IncomingMessage,
  { id, receivedAt }: { readonly id: string; readonly receivedAt: number },
): Promise<PlainReply> {
  const [address = "", search = ""] = (incoming.url ?? "/").split("?", 2);
  if (address.startsWith(RESPONSES_PATH)) {
    const body = Buffer.from(await readBody(incoming, BODY_LIMITS.message)).toString("utf8");
    const isTaken = takeResponse?.(address.slice(RESPONSES_PATH.length), body) === true;
    return jsonReply(isTaken ? 200 : 404, {});
  }
  const base = address.startsWith(APIS_PATH) ? APIS_PATH : FUNCTIONS_PATH;
  const [, name = "", path = ""] = /^([^/]*)(.*)$/s.exec(address.slice(base.length)) ?? [];
  const request: PlainRequest = {
    id,
    method: incoming.method ?? "GET",
    path,
    query: new URLSearchParams(search),
    headers: headersOf(incoming),
    body: Buffer.from(await readBody(incoming, BODY_LIMITS.message)),
    receivedAt,
  };
  if (base === APIS_PATH) {
    return (await serveApi?.(name, request)) ?? jsonReply(404, { message: `there is no API ${name}` });
  }
  const functionName = functions?.resolve(name);
  if (functions === undefined || functionName === undefined) {
    return jsonReply(404, { Message: `there is no function ${name}` });
  }
  const { payload, isError } = await functions.invoke(functionName, functionUrlEvent(request));
  return version2Reply(payload, isError, 502);
}

/** Names as the client wrote them: REST APIs pass them on so. */
function headersOf({ rawHeaders }: IncomingMessage): readonly (readonly [string, string])[] {
  return rawHeaders.flatMap((name, index) => (index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? ""] as const] : []));
}
