import { ENVIRONMENT } from "../../names/index.ts";
import { type Cloud, mapLimited } from "../cloud/index.ts";
import type { FleetMapping } from "./types.ts";

/** The event source mappings of queues. */
export async function mappingsOf(cloud: Cloud, queueArns: ReadonlySet<string>): Promise<readonly FleetMapping[]> {
  const { sdk, call } = await cloud.lambda();
  const own: {
    id: string;
    functionArn: string;
    queueArn: string;
    state: string;
    partial: boolean;
    maximum: number | undefined;
  }[] = [];
  let marker: string | undefined;
  do {
    const command = new sdk.ListEventSourceMappingsCommand(marker === undefined ? {} : { Marker: marker });
    const page = await call((client, options) => client.send(command, options));
    for (const {
      UUID,
      EventSourceArn,
      FunctionArn,
      State,
      FunctionResponseTypes,
      ScalingConfig,
    } of page.EventSourceMappings ?? []) {
      if (UUID !== undefined && EventSourceArn !== undefined && queueArns.has(EventSourceArn)) {
        own.push({
          id: UUID,
          queueArn: EventSourceArn,
          functionArn: FunctionArn ?? "",
          state: State ?? "Enabled",
          partial: FunctionResponseTypes?.includes("ReportBatchItemFailures") ?? false,
          maximum: ScalingConfig?.MaximumConcurrency,
        });
      }
    }
    marker = page.NextMarker === "" ? undefined : page.NextMarker;
  } while (marker !== undefined);
  const functions = await functionsOf(cloud, new Set(own.map(({ functionArn }) => functionArn)));
  return own.map(({ id, queueArn, functionArn, state, partial, maximum }) => ({
    id,
    queueArn,
    functionName: functionNameOf(functionArn),
    state,
    enabled: /^(?:Enabled|Enabling|Creating|Updating)$/.test(state),
    partialBatchResponses: partial,
    maximumConcurrency: maximum,
    ...withLogGroup(functions.get(functionArn) ?? UNKNOWN, functionNameOf(functionArn)),
  }));
}

/** Pauses or resumes a mapping. Batches in flight end; messages that no function has received become visible again. */
export async function setMappingEnabled(cloud: Cloud, id: string, enabled: boolean): Promise<void> {
  const { sdk, call } = await cloud.lambda();
  const command = new sdk.UpdateEventSourceMappingCommand({ UUID: id, Enabled: enabled });
  await call((client, options) => client.send(command, options));
}

interface FunctionFacts
  extends Pick<FleetMapping, "consumer" | "guarantee" | "table" | "runtime" | "payloadSources" | "timeoutSeconds"> {
  /** `undefined` where the function does not set it. */
  readonly logGroup: string | undefined;
}

/** Source of the log group's name: AWS Lambda Developer Guide, "Sending Lambda function logs to CloudWatch Logs". */
function withLogGroup({ logGroup, ...facts }: FunctionFacts, functionName: string) {
  return { ...facts, logGroup: logGroup ?? `/aws/lambda/${functionName}` };
}

const UNKNOWN: FunctionFacts = {
  consumer: undefined,
  guarantee: undefined,
  table: undefined,
  runtime: undefined,
  timeoutSeconds: undefined,
  logGroup: undefined,
  payloadSources: [],
};

async function functionsOf(cloud: Cloud, arns: ReadonlySet<string>): Promise<ReadonlyMap<string, FunctionFacts>> {
  const { sdk, call } = await cloud.lambda();
  const facts = await mapLimited([...arns], async (arn): Promise<[string, FunctionFacts]> => {
    try {
      const command = new sdk.GetFunctionConfigurationCommand({ FunctionName: arn });
      const found = await call((client, options) => client.send(command, options));
      const variables = found.Environment?.Variables ?? {};
      return [
        arn,
        {
          consumer: variables[ENVIRONMENT.consumer],
          guarantee: variables[ENVIRONMENT.guarantee],
          table: variables[ENVIRONMENT.idempotencyTable],
          runtime: found.Runtime,
          timeoutSeconds: found.Timeout,
          logGroup: found.LoggingConfig?.LogGroup,
          payloadSources: listIn(variables[ENVIRONMENT.payloadSources]),
        },
      ];
    } catch {
      // Functions of others may not be read: what they do is then unknown, and the queue is known all the same.
      return [arn, UNKNOWN];
    }
  });
  return new Map(facts);
}

/** The parts of a list with commas, without empty ones. */
function listIn(text = ""): readonly string[] {
  return text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

/** `Billing` for `arn:aws:lambda:REGION:ACCOUNT:function:Billing` with or without a version or alias. */
function functionNameOf(arn: string): string {
  return arn.split(":")[6] ?? arn;
}
