import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const ACCOUNT = "123456789012";

/** Stacks that the account has. */
let stacks: readonly string[] = [];
/** What was asked of the account. */
let actions: string[] = [];
let server: Server;
let endpoint = "";

beforeEach(async () => {
  stacks = [];
  actions = [];
  server = createServer(async (request, response) => {
    const parameters = new URLSearchParams(await text(request));
    const action = parameters.get("Action") ?? `${request.method} ${request.url}`;
    const signedBy = /Credential=([^/]+)/.exec(request.headers.authorization ?? "")?.[1];
    actions.push(`${action} ${parameters.get("StackName") ?? ""} by ${signedBy}`);
    if (action === "GetCallerIdentity") {
      response.end(
        `<GetCallerIdentityResponse><GetCallerIdentityResult><Account>${ACCOUNT}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`,
      );
    } else if (action === "DescribeStacks" && stacks.includes(parameters.get("StackName") ?? "")) {
      response.end("<DescribeStacksResponse/>");
    } else {
      response.statusCode = 400;
      response.end(
        `<ErrorResponse><Error><Code>ValidationError</Code><Message>Stack with id ${parameters.get("StackName")} does not exist</Message></Error></ErrorResponse>`,
      );
    }
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  endpoint = typeof address === "object" && address !== null ? `http://127.0.0.1:${address.port}` : "";
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

/** Runs the program against AWS, with what is given as all that it can know about an account. */
async function runAgainstAws(env: Readonly<Record<string, string>>, ...args: readonly string[]) {
  const argv = ["--conditions=@fanfare/source", "test/localstack/main.ts", "--target", "aws", ...args];
  const child = spawn(process.execPath, argv, {
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      PATH: process.env.PATH,
      HOME: "/nonexistent",
      AWS_CONFIG_FILE: "/dev/null",
      AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
      AWS_EC2_METADATA_DISABLED: "true",
      AWS_ENDPOINT_URL: endpoint,
      ...env,
    },
  });
  const closed = once(child, "close");
  // By then the plan has been printed: nothing more is wanted of a run that got that far.
  child.stdout.on("data", (chunk: Buffer) => {
    if (chunk.includes("-- trial stack")) {
      child.kill("SIGTERM");
    }
  });
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), closed]);
  return { code, stdout, stderr };
}

const CREDENTIALS = { AWS_ACCESS_KEY_ID: "AKIDEXAMPLE", AWS_SECRET_ACCESS_KEY: "secret" };
const CONSENT = "--yes-create-billable-resources";

describe("test:localstack --target aws", () => {
  it("does nothing without the consent", async () => {
    const { code, stderr } = await runAgainstAws(CREDENTIALS);
    expect(code).toBe(2);
    expect(stderr).toContain(CONSENT);
    expect(actions).toEqual([]);
  });

  it("ends with a code of its own when there are no credentials, and asks nothing", async () => {
    const { code, stdout } = await runAgainstAws({}, CONSENT);
    expect(code).toBe(4);
    expect(stdout).toMatch(/no usable credentials, so nothing was created/);
    expect(actions).toEqual([]);
  });

  it("leaves stacks of the same names alone", async () => {
    stacks = ["Images"];
    const { code, stdout } = await runAgainstAws(CREDENTIALS, CONSENT);
    expect(code).toBe(4);
    expect(stdout).toMatch(/account 123456789012 has a stack Images already, so nothing was created/);
    expect(actions.map((action) => action.split(" ")[0])).toEqual([
      "GetCallerIdentity",
      ...["DescribeStacks", "DescribeStacks", "DescribeStacks", "DescribeStacks"],
    ]);
  });

  it("prints account, region and stacks before it asks for anything to be created", async () => {
    const { code, stdout } = await runAgainstAws(CREDENTIALS, CONSENT, "--region", "eu-west-1");
    expect(stdout).toMatch(/account 123456789012, region eu-west-1, stacks FanfareTrial\d+, Shop, Images, Webhooks/);
    expect(new Set(actions.map((action) => action.split(" ")[0]))).toEqual(
      new Set(["GetCallerIdentity", "DescribeStacks"]),
    );
    expect(actions[0]).toBe("GetCallerIdentity  by AKIDEXAMPLE");
    expect(code).toBe(143);
  });
});
