import { performance } from "node:perf_hooks";
import type { HttpBindings } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import type { Context } from "hono";
import { Hono } from "hono";
import { jsonReply, type PlainReply } from "../apis/index.ts";
import { LocalError } from "../common/index.ts";
import { AwsError, CERTIFICATE_PATH, certificatePem } from "../engine/index.ts";
import { BodyIncomplete, BodyTooLarge, discardRest } from "./http/body.ts";
import { refusalByOrigin } from "./http/hosts.ts";
import { identifyCaller, traceHeaderOf } from "./http/identify.ts";
import type { RequestLogEntry } from "./log.ts";
import { answerPlainHttp, isPlainPath, type PlainHttp } from "./plain-http.ts";
import type { Backends, Service, ServiceHost, ServiceReply, ServiceRequest } from "./services/index.ts";
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

type AppContext = Context<{ Bindings: HttpBindings }>;

/** The server's application: refuses foreign hosts, finds the service of a request, and turns failures into responses. */
export function createApp(options: AppOptions): Hono<{ Bindings: HttpBindings }> {
  const app = new Hono<{ Bindings: HttpBindings }>();
  const findService = serviceFinder(options.host, options);

  app.use(async (context, next) => {
    const { incoming, outgoing } = context.env;
    // By the clock of the services, as on AWS: clients compare it with the times of messages.
    outgoing.setHeader("date", new Date(options.host.now()).toUTCString());
    const refusal = refusalByOrigin({
      host: headerOf(incoming, "host"),
      origin: headerOf(incoming, "origin"),
      fetchSite: headerOf(incoming, "sec-fetch-site"),
    });
    if (refusal === undefined) {
      return next();
    }
    log(options, context, performance.now(), {
      status: 403,
      error: { code: "Forbidden", message: refusal },
    });
    return context.text(`${refusal}\n`, 403);
  });

  app.get(HEALTH_PATH, (context) => {
    const problem = options.problem();
    const stored = problem === undefined ? "running" : "failing";
    return context.json(
      {
        status: problem === undefined ? "ok" : "failing",
        ...(problem === undefined ? {} : { problem }),
        version: options.version,
        services: {
          sqs: stored,
          sns: stored,
          s3: stored,
          sts: "running",
          dynamodb: stored,
        },
      },
      problem === undefined ? 200 : 503,
    );
  });

  app.get(CERTIFICATE_PATH, (context) => context.text(certificatePem()));

  app.use(async (context, next) => {
    if (!isPlainPath(context.req.path)) {
      return next();
    }
    const started = performance.now();
    const call = { id: options.newRequestId(), receivedAt: options.host.now() };
    const { reply, failure } = await answerPlainHttp(options, context.env.incoming, call).then(
      (answer) => ({ reply: answer, failure: undefined }),
      async (thrown: unknown) => {
        await discardRest(context.env.incoming);
        const { statusCode, message } = asAwsError(thrown);
        return { reply: jsonReply(statusCode, { message }), failure: statusCode === 500 ? thrown : undefined };
      },
    );
    const response = respond(context, reply);
    log(options, context, started, { status: reply.status, failure });
    return response;
  });

  app.all("*", async (context) => {
    const started = performance.now();
    const { request, service, unexpected } = readRequest(context, options, findService);
    const outcome = { request, service: service.name };
    try {
      if (unexpected !== undefined) {
        throw unexpected;
      }
      const reply = await service.handle(request);
      const response = respond(context, reply);
      log(options, context, started, { ...outcome, status: reply.status });
      return response;
    } catch (thrown) {
      const error = asAwsError(thrown);
      await discardRest(context.env.incoming);
      const reply = service.fail(error, request);
      const response = respond(context, reply);
      log(options, context, started, {
        ...outcome,
        status: reply.status,
        error: { code: error.code, message: error.message },
        failure: thrown instanceof AwsError || error.statusCode < 500 ? undefined : thrown,
      });
      return response;
    }
  });
  return app;
}

function readRequest(
  context: AppContext,
  options: AppOptions,
  findService: ReturnType<typeof serviceFinder>,
): { request: ServiceRequest; service: Service; unexpected: AwsError | undefined } {
  const { incoming, outgoing } = context.env;
  const address = (incoming.url ?? "/").replace(/^https?:\/\/[^/]*/i, "");
  const mark = address.indexOf("?");
  const path = mark < 0 ? address : address.slice(0, mark);
  const query = new URLSearchParams(mark < 0 ? "" : address.slice(mark + 1));
  const authorization = headerOf(incoming, "authorization");
  const caller = identifyCaller(authorization, query);
  const gone = new AbortController();
  outgoing.once("close", () => {
    // Every response closes; an error for each, which nobody takes, would cost more than many a call.
    if (!outgoing.writableFinished) {
      gone.abort();
    }
  });
  const request: ServiceRequest = {
    id: options.newRequestId(),
    method: incoming.method ?? "GET",
    path,
    query,
    incoming,
    context: { ...caller.context, ...traceHeaderOf(headerOf(incoming, "x-amzn-trace-id")) },
    isSigned: caller.service !== undefined,
    origin: `http://${headerOf(incoming, "host") ?? ""}`,
    gone: gone.signal,
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

/** Writes a response directly to the connection. As a web `Response` its bytes would pass through streams first. */
function respond(context: AppContext, reply: ServiceReply | PlainReply): Response {
  const { incoming, outgoing } = context.env;
  const isBodiless = incoming.method === "HEAD" || reply.status === 204 || reply.status === 304;
  const content = typeof reply.body === "string" ? Buffer.from(reply.body) : (reply.body ?? new Uint8Array());
  const body = isBodiless ? undefined : content;
  outgoing.writeHead(reply.status, { ...reply.headers, ...(body && { "content-length": body.byteLength }) });
  outgoing.end(body);
  return RESPONSE_ALREADY_SENT;
}

interface Outcome extends Partial<Pick<RequestLogEntry, "service" | "error" | "failure">> {
  readonly status: number;
  readonly request?: ServiceRequest;
}

function log(options: AppOptions, context: AppContext, started: number, outcome: Outcome): void {
  if (options.onRequest === undefined) {
    return;
  }
  const { incoming } = context.env;
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
