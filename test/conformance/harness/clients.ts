import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
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
    close: () => {
      for (const client of [dynamodb, sqs, s3]) {
        client.destroy();
      }
    },
  };
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
      await new Promise((resolve) => setTimeout(resolve, fault.ms));
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
