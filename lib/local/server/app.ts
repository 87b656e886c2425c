import type { RequestListener } from "node:http";
import { performance } from "node:perf_hooks";
import { jsonReply, type PlainReply } from "../apis/index.ts";
import { LocalError } from "../common/index.ts";
import { AwsError, CERTIFICATE_PATH, certificatePem } from "../engine/index.ts";
import { BodyIncomplete, BodyTooLarge, discardRest } from "./http/body.ts";
import { addressOf, type Exchange, goneSignal, respond, textReply } from "./http/exchange.ts";
import { refusalByOrigin } from "./http/hosts.ts";
import { identifyCaller, traceHeaderOf } from "./http/identify.ts";
import type { RequestLogEntry } from "./log.ts";
import { answerPlainHttp, isPlainPath, type PlainHttp } from "./plain-http.ts";
import type { Backends, Service, ServiceHost, ServiceRequest } from "./services/index.ts";
import { headerOf, serviceFinder } from "./services/index.ts";

export interface AppOptions extends Backends, PlainHttp {
  readonly host: ServiceHost;
  readonly onRequest: ((entry: RequestLogEntry) => void) | undefined;
  readonly version: string;
  /** What keeps the services from working, in words, while something does. */
  readonly problem: () => string | undefined;
  readonly newRequestId: () => string;
}

export const HEALTH_PATH = "/_fanfare/health";

/** The server's application: refuses foreign hosts, finds the service of a request, and turns failures into responses. */
export function createApp(options: AppOptions): RequestListener {
  const findService = serviceFinder(options.host, options);
  return (incoming, outgoing) => {
    const exchange = { incoming, outgoing, started: performance.now() };
    // By the clock of the services, as on AWS: clients compare it with the times of messages.
    outgoing.setHeader("date", new Date(options.host.now()).toUTCString());
    answer(options, findService, exchange).catch((failure: unknown) => {
      log(options, exchange, { status: 500, failure });
      if (outgoing.headersSent) {
        outgoing.destroy();
      } else {
        respond(exchange, jsonReply(500, { message: asAwsError(failure).message }));
      }
    });
  };
}

async function answer(
  options: AppOptions,
  findService: ReturnType<typeof serviceFinder>,
  exchange: Exchange,
): Promise<void> {
  const { incoming } = exchange;
  const refusal = refusalByOrigin({
    host: headerOf(incoming, "host"),
    origin: headerOf(incoming, "origin"),
    fetchSite: headerOf(incoming, "sec-fetch-site"),
  });
  if (refusal !== undefined) {
    respond(exchange, textReply(403, `${refusal}\n`));
    log(options, exchange, { status: 403, error: { code: "Forbidden", message: refusal } });
    return;
  }
  const { path, query } = addressOf(incoming);
  const isRead = incoming.method === "GET" || incoming.method === "HEAD";
  if (isRead && path === HEALTH_PATH) {
    respond(exchange, healthOf(options));
  } else if (isRead && path === CERTIFICATE_PATH) {
    respond(exchange, textReply(200, certificatePem()));
  } else if (isPlainPath(path)) {
    await answerPlain(options, exchange);
  } else {
    await answerAsService(options, findService, exchange, { path, query: new URLSearchParams(query) });
  }
}

function healthOf({ problem: problemOf, version }: AppOptions): PlainReply {
  const problem = problemOf();
  const stored = problem === undefined ? "running" : "failing";
  return jsonReply(problem === undefined ? 200 : 503, {
    status: problem === undefined ? "ok" : "failing",
    ...(problem === undefined ? {} : { problem }),
    version,
    services: { sqs: stored, sns: stored, s3: stored, sts: "running", dynamodb: stored },
  });
}

async function answerPlain(options: AppOptions, exchange: Exchange): Promise<void> {
  const { incoming } = exchange;
  const call = { id: options.newRequestId(), receivedAt: options.host.now() };
  const { reply, failure } = await answerPlainHttp(options, incoming, call).then(
    (plain) => ({ reply: plain, failure: undefined }),
    async (thrown: unknown) => {
      await discardRest(incoming);
      const { statusCode, message } = asAwsError(thrown);
      return { reply: jsonReply(statusCode, { message }), failure: statusCode === 500 ? thrown : undefined };
    },
  );
  respond(exchange, reply);
  log(options, exchange, { status: reply.status, failure });
}

async function answerAsService(
  options: AppOptions,
  findService: ReturnType<typeof serviceFinder>,
  exchange: Exchange,
  address: Pick<ServiceRequest, "path" | "query">,
): Promise<void> {
  const { request, service, unexpected } = readRequest(exchange, options, findService, address);
  const outcome = { request, service: service.name };
  try {
    if (unexpected !== undefined) {
      throw unexpected;
    }
    const reply = await service.handle(request);
    respond(exchange, reply);
    log(options, exchange, { ...outcome, status: reply.status });
  } catch (thrown) {
    const error = asAwsError(thrown);
    await discardRest(exchange.incoming);
    const reply = service.fail(error, request);
    respond(exchange, reply);
    log(options, exchange, {
      ...outcome,
      status: reply.status,
      error: { code: error.code, message: error.message },
      failure: thrown instanceof AwsError || error.statusCode < 500 ? undefined : thrown,
    });
  }
}

function readRequest(
  { incoming, outgoing }: Exchange,
  options: AppOptions,
  findService: ReturnType<typeof serviceFinder>,
  { path, query }: Pick<ServiceRequest, "path" | "query">,
): { request: ServiceRequest; service: Service; unexpected: AwsError | undefined } {
  const authorization = headerOf(incoming, "authorization");
  const caller = identifyCaller(authorization, query);
  const request: ServiceRequest = {
    id: options.newRequestId(),
    method: incoming.method ?? "GET",
    path,
    query,
    incoming,
    context: { ...caller.context, ...traceHeaderOf(headerOf(incoming, "x-amzn-trace-id")) },
    isSigned: caller.service !== undefined,
    origin: `http://${headerOf(incoming, "host") ?? ""}`,
    gone: () => goneSignal(outgoing),
  };
  const service = findService({
    signedFor: caller.service,
    target: headerOf(incoming, "x-amz-target"),
    contentType: headerOf(incoming, "content-type"),
    path,
    action: query.get("Action"),
  });
  const isUnreadable = authorization?.startsWith("AWS4-") === true && caller.service === undefined;
  return {
    request,
    service,
    unexpected: isUnreadable
      ? new AwsError(
          "IncompleteSignature",
          "The header Authorization has no credential scope: it needs Credential=<key>/<date>/<region>/<service>/aws4_request.",
        )
      : undefined,
  };
}

function asAwsError(thrown: unknown): AwsError {
  if (thrown instanceof AwsError) {
    return thrown;
  }
  if (thrown instanceof BodyTooLarge) {
    return new AwsError("RequestEntityTooLarge", `${capitalised(thrown.message)}.`, { statusCode: 413 });
  }
  if (thrown instanceof BodyIncomplete) {
    return new AwsError("IncompleteBody", `${capitalised(thrown.message)}.`);
  }
  if (thrown instanceof LocalError) {
    // The data folder cannot be written: its words say why and what to do.
    return new AwsError("ServiceUnavailable", thrown.message, { statusCode: 503 });
  }
  return new AwsError(
    "InternalFailure",
    "The local runtime failed while it worked on this request. That is a fault in Fanfare: its log has the details.",
    { statusCode: 500 },
  );
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

interface Outcome extends Partial<Pick<RequestLogEntry, "service" | "error" | "failure">> {
  readonly status: number;
  readonly request?: ServiceRequest;
}

function log(options: AppOptions, { incoming, started }: Exchange, outcome: Outcome): void {
  if (options.onRequest === undefined) {
    return;
  }
  const { request } = outcome;
  options.onRequest({
    requestId: request?.id ?? "",
    method: incoming.method ?? "",
    path: (incoming.url ?? "").replace(/\?.*$/s, ""),
    service: outcome.service,
    operation: request?.operation,
    region: request?.context.region,
    accountId: request?.context.accountId,
    status: outcome.status,
    milliseconds: performance.now() - started,
    error: outcome.error,
    failure: outcome.failure,
  });
}
