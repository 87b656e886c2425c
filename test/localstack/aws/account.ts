import { SQSClient } from "@aws-sdk/client-sqs";
import { XMLParser } from "fast-xml-parser";
import { z } from "zod";
import { type Credentials, signedHeaders } from "./sign.ts";

/** A service refused a call. The name is the code of the error. */
export class CallFailed extends Error {
  readonly status: number;

  constructor(what: string, status: number, answer: string) {
    super(`${what} was answered with ${status}: ${answer.slice(0, 500)}`);
    this.name = "CallFailed";
    this.status = status;
  }
}

/** A resource of a stack. */
export interface StackResource {
  readonly logicalId: string;
  readonly physicalId: string;
  readonly type: string;
}

/** How an invocation of a function ended. */
export type FunctionAnswer =
  | { readonly status: "succeeded"; readonly payload: unknown }
  | { readonly status: "failed"; readonly message: string };

/** The calls to an account, or to an emulator of one, for which this repository has no SDK client. */
export interface Account {
  /** Number of the account that the credentials belong to. */
  id(): Promise<string>;
  stackExists(stackName: string): Promise<boolean>;
  stackResources(stackName: string): Promise<readonly StackResource[]>;
  /** Starts to create a stack, without the CDK CLI. */
  createStack(stackName: string, template: unknown): Promise<void>;
  deleteStack(stackName: string): Promise<void>;
  invoke(functionName: string, payload: unknown): Promise<FunctionAnswer>;
  /** All lines of a log group. */
  logLines(logGroupName: string): Promise<readonly string[]>;
}

/** Where an account is. */
export interface AccountPlace {
  readonly region: string;
  /** An emulator; undefined for AWS, or for what `AWS_ENDPOINT_URL` names, with the credentials of the environment. */
  readonly endpoint: string | undefined;
}

const identity = z.object({
  GetCallerIdentityResponse: z.object({ GetCallerIdentityResult: z.object({ Account: z.string() }) }),
});
const resourcePage = z.object({
  ListStackResourcesResponse: z.object({
    ListStackResourcesResult: z.object({
      StackResourceSummaries: z.object({
        member: z.array(
          z.object({
            LogicalResourceId: z.string(),
            PhysicalResourceId: z.string().default(""),
            ResourceType: z.string(),
          }),
        ),
      }),
      NextToken: z.string().optional(),
    }),
  }),
});
const logPage = z.object({
  events: z.array(z.object({ message: z.string() })).default([]),
  nextToken: z.string().optional(),
});
const failure = z.object({ errorMessage: z.string() });

/** API versions of the services that speak the Query protocol. */
const VERSIONS = { cloudformation: "2010-05-15", sts: "2011-06-15" } as const;

/** Opens an account. Nothing is called yet. */
export function openAccount({ region, endpoint }: AccountPlace): Account {
  const credentials = endpoint === undefined ? environmentCredentials(region) : emulatorCredentials;
  const post = async (service: string, path: string, headers: Readonly<Record<string, string>>, body: string) => {
    const base = endpoint ?? process.env.AWS_ENDPOINT_URL ?? `https://${service}.${region}.amazonaws.com`;
    const url = new URL(path, base);
    const request = { url, service, region, headers, body };
    const signed = signedHeaders(request, await credentials(), new Date());
    const response = await fetch(url, { method: "POST", headers: signed, body, signal: AbortSignal.timeout(60_000) });
    const text = await response.text();
    if (!response.ok) {
      throw new CallFailed(`${service} ${path}`, response.status, text);
    }
    return { text, headers: response.headers };
  };
  const query = async (service: keyof typeof VERSIONS, parameters: Readonly<Record<string, string>>) => {
    const body = new URLSearchParams({ ...parameters, Version: VERSIONS[service] }).toString();
    const { text } = await post(service, "/", { "content-type": "application/x-www-form-urlencoded" }, body);
    const parser = new XMLParser({ isArray: (name) => name === "member", parseTagValue: false });
    const parsed: unknown = parser.parse(text);
    return parsed;
  };
  return {
    id: async () => {
      const parsed = identity.parse(await query("sts", { Action: "GetCallerIdentity" }));
      return parsed.GetCallerIdentityResponse.GetCallerIdentityResult.Account;
    },
    stackExists: async (StackName) => {
      try {
        await query("cloudformation", { Action: "DescribeStacks", StackName });
        return true;
      } catch (error) {
        // "Stack with id ... does not exist" is a ValidationError.
        if (error instanceof CallFailed && /does not exist/.test(error.message)) {
          return false;
        }
        throw error;
      }
    },
    stackResources: async (StackName) => {
      const found: StackResource[] = [];
      let NextToken: string | undefined;
      do {
        const more: Record<string, string> = NextToken === undefined ? {} : { NextToken };
        const page = resourcePage.parse(
          await query("cloudformation", { Action: "ListStackResources", StackName, ...more }),
        );
        const result = page.ListStackResourcesResponse.ListStackResourcesResult;
        for (const each of result.StackResourceSummaries.member) {
          const { LogicalResourceId: logicalId, PhysicalResourceId: physicalId, ResourceType: type } = each;
          found.push({ logicalId, physicalId, type });
        }
        ({ NextToken } = result);
      } while (NextToken !== undefined);
      return found;
    },
    createStack: async (StackName, template) => {
      await query("cloudformation", { Action: "CreateStack", StackName, TemplateBody: JSON.stringify(template) });
    },
    deleteStack: async (StackName) => {
      await query("cloudformation", { Action: "DeleteStack", StackName });
    },
    invoke: async (functionName, payload) => {
      const path = `/2015-03-31/functions/${functionName}/invocations`;
      const { text, headers } = await post("lambda", path, {}, JSON.stringify(payload));
      const answer: unknown = JSON.parse(text);
      if (headers.get("x-amz-function-error") === null) {
        return { status: "succeeded", payload: answer };
      }
      return { status: "failed", message: failure.parse(answer).errorMessage };
    },
    logLines: async (logGroupName) => {
      const lines: string[] = [];
      let nextToken: string | undefined;
      do {
        const { text } = await post(
          "logs",
          "/",
          { "content-type": "application/x-amz-json-1.1", "x-amz-target": "Logs_20140328.FilterLogEvents" },
          JSON.stringify({ logGroupName, ...(nextToken === undefined ? {} : { nextToken }) }),
        );
        const page = logPage.parse(JSON.parse(text));
        lines.push(...page.events.map(({ message }) => message));
        ({ nextToken } = page);
      } while (nextToken !== undefined);
      return lines;
    },
  };
}

/** The SDK's own search for credentials: environment, profile, single sign-on, role of the machine. */
function environmentCredentials(region: string): () => Promise<Credentials> {
  const { config } = new SQSClient({ region });
  return () => config.credentials();
}

async function emulatorCredentials(): Promise<Credentials> {
  return { accessKeyId: "test", secretAccessKey: "test" };
}
