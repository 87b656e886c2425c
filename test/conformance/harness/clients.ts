import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import { isTransient } from "../../../lib/aws/index.ts";
import { type LeanClient, leanClient, type Post, postTo } from "../../../lib/aws/lean/index.ts";
import { systemClock } from "../../../lib/clock/index.ts";
import { clientsOf } from "../../../lib/testing/clients/index.ts";
import { type Faults, forever, type Phase, timeout } from "./faults.ts";
import { dropStatements, isObject, phaseOf, restoreStatements } from "./statements.ts";

/** A call that a worker made, as far as properties look at it. */
export interface Call {
  readonly command: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** The clients of one worker, with the faults of its services. */
export interface Clients {
  readonly dynamodb: DynamoDBClient;
  readonly sqs: SQSClient;
  readonly s3: S3Client;
  readonly calls: readonly Call[];
  /** From now on every call goes there. */
  redirect(endpoint: string): void;
  close(): void;
}

/** Faults by service. */
export interface ServiceFaults {
  readonly store: Faults;
  readonly sqs: Faults;
  readonly s3: Faults;
}

const REGION = "eu-central-1";
const credentials = { accessKeyId: "test", secretAccessKey: "test" };

/** Clients whose every try goes through the faults, below the SDK's own retries, as faults of the network do. */
export function createClients(endpoints: { server: string; dynamodb: string }, faults: ServiceFaults): Clients {
  const calls: Call[] = [];
  const common = { region: REGION, credentials };
  const dynamodb = new DynamoDBClient({ ...common, endpoint: endpoints.dynamodb });
  const sqs = new SQSClient({ ...common, endpoint: endpoints.server, useQueueUrlAsEndpoint: false });
  const s3 = new S3Client({ ...common, endpoint: endpoints.server, forcePathStyle: true });
  const place = { step: "deserialize", priority: "high", name: "conformanceFaults" } as const;
  const note = (command: unknown, input: unknown) => {
    calls.push({ command: String(command), input: isObject(input) ? input : {} });
  };
  dynamodb.middlewareStack.add(
    (next, context) => async (args) => {
      note(context.commandName, args.input);
      return await suffer(() => next(args), args, phaseOf(String(context.commandName), args.input), faults.store);
    },
    place,
  );
  sqs.middlewareStack.add(
    (next, context) => async (args) => {
      note(context.commandName, args.input);
      return await suffer(() => next(args), args, "other", faults.sqs);
    },
    place,
  );
  s3.middlewareStack.add(
    (next, context) => async (args) => {
      note(context.commandName, args.input);
      return await suffer(() => next(args), args, "other", faults.s3);
    },
    place,
  );
  return {
    dynamodb,
    sqs,
    s3,
    calls,
    redirect: (endpoint) => redirect([dynamodb, sqs, s3], endpoint),
    close: () => {
      for (const client of [dynamodb, sqs, s3]) {
        client.destroy();
      }
    },
  };
}

/** The same with Fanfare's own client for DynamoDB and SQS: the network under it has the faults. */
export function createLeanClients(endpoints: { server: string; dynamodb: string }, faults: ServiceFaults): Clients {
  const { s3, calls: callsOfS3, redirect: redirectS3, close } = createClients(endpoints, faults);
  const calls: Call[] = [];
  const network = {
    dynamodb: { endpoint: endpoints.dynamodb, target: "DynamoDB_20120810", faults: faults.store },
    sqs: { endpoint: endpoints.server, target: "AmazonSQS", faults: faults.sqs },
  };
  const posts = new Map<string, Post>();
  const postAt = (endpoint: string): Post => {
    const post = posts.get(endpoint) ?? postTo(new URL(endpoint), systemClock);
    posts.set(endpoint, post);
    return post;
  };
  const clientOf = (service: "dynamodb" | "sqs"): LeanClient =>
    leanClient({
      ...network[service],
      service,
      region: REGION,
      limits: { connectionTimeout: 1_000, requestTimeout: 3_000 },
      maxAttempts: service === "dynamodb" ? 4 : 3,
      clock: systemClock,
      isTransient,
      credentials: () => credentials,
      post: async (request, limits, signal) => {
        const command = `${String(request.headers["x-amz-target"]).replace(/^.*\./, "")}Command`;
        const sent: unknown = JSON.parse(request.body.toString());
        calls.push({ command, input: isObject(sent) ? sent : {} });
        const phase = service === "dynamodb" ? phaseOf(command, sent) : "other";
        const args = { request: { ...request, headers: { ...request.headers }, body: new Uint8Array(request.body) } };
        const { response, output } = await suffer(
          async () => {
            const post = postAt(network[service].endpoint);
            const { headers, body } = args.request;
            const { "content-length": _, ...others } = headers;
            const response = await post({ headers: others, body: Buffer.from(body) }, limits, signal);
            return { response, output: response.statusCode === 200 ? JSON.parse(response.body.toString()) : undefined };
          },
          args,
          phase,
          network[service].faults,
        );
        return output === undefined ? response : { ...response, body: Buffer.from(JSON.stringify(output)) };
      },
    });
  const lean = { dynamodb: clientOf("dynamodb"), sqs: clientOf("sqs") };
  const { dynamodb, sqs } = clientsOf(async ({ service, operation, input, signal }) => {
    if (service !== "dynamodb" && service !== "sqs") {
      throw new Error(`${service} is called by the SDK`);
    }
    return await lean[service].send(operation, input, { abortSignal: signal ?? new AbortController().signal });
  });
  return {
    dynamodb,
    sqs,
    s3,
    get calls() {
      return [...calls, ...callsOfS3];
    },
    redirect: (endpoint) => {
      redirectS3(endpoint);
      network.dynamodb.endpoint = endpoint;
      network.sqs.endpoint = endpoint;
    },
    close,
  };
}

interface SdkClient {
  readonly config: { readonly requestHandler: { handle(request: object, options?: unknown): Promise<unknown> } };
}

function redirect(clients: readonly SdkClient[], endpoint: string): void {
  const { hostname, port } = new URL(endpoint);
  for (const { config } of clients) {
    const handler = config.requestHandler;
    const handle = handler.handle.bind(handler);
    handler.handle = (request, options) => handle(Object.assign(request, { hostname, port: Number(port) }), options);
  }
}

async function suffer<Answer>(
  perform: () => Promise<Answer>,
  args: { readonly request: unknown },
  phase: Phase,
  faults: Faults,
): Promise<Answer> {
  if (faults.dead) {
    return await forever;
  }
  const fault = faults.next(phase);
  switch (fault?.kind) {
    case undefined:
      break;
    case "fail":
      throw timeout(`the ${phase} did not arrive`);
    case "refuse":
      throw Object.assign(new Error(`injected: ${fault.name}`), {
        name: fault.name,
        $metadata: { httpStatusCode: fault.status },
      });
    case "hang":
      return await forever;
    case "delay":
      await faults.delay(fault.ms);
      break;
    case "dieBefore":
      faults.die();
      return await forever;
    case "dieAfter":
      await perform();
      faults.die();
      return await forever;
    case "loseAnswer":
      // An answer that says no gets lost as well.
      await perform().catch(() => undefined);
      throw timeout(`the answer to the ${phase} was lost`);
    case "throttle": {
      const dropped = dropStatements(args.request, fault.statements);
      if (dropped === undefined) {
        throw Object.assign(new Error("injected: throttled"), {
          name: "ProvisionedThroughputExceededException",
          $retryable: { throttling: true },
          $metadata: { httpStatusCode: 400 },
        });
      }
      return restoreStatements(await perform(), dropped);
    }
  }
  const answer = await perform();
  // It may have died meanwhile.
  return faults.dead ? await forever : answer;
}
