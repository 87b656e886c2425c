/** REST and HTTP APIs of API Gateway and function URLs, as plain HTTP: requests become events, and results replies. */
export { APIS_PATH, type Api, localAddress, withLocalAddresses } from "./api.ts";
export { collectApis } from "./collect.ts";
export { functionUrlEvent, version2Reply } from "./function-url.ts";
export { jsonReply, type PlainReply, type PlainRequest } from "./http.ts";
export { rootResourceId } from "./rest-routes.ts";
export { serveApi } from "./serve.ts";
