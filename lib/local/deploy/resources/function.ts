import { createHash } from "node:crypto";
import { existsSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DEFAULT_MEMORY_MB, DEFAULT_TIMEOUT_SECONDS, type FunctionConfiguration } from "../../lambda/index.ts";
import { NAME_RULES } from "../names.ts";
import { arn, type ResourceRequest, type ResourceType } from "./resource-type.ts";

export const lambdaFunction: ResourceType = {
  types: ["AWS::Lambda::Function"],
  treatment: "created",

  async deploy(request) {
    const { properties, place } = request;
    const functionName = request.physicalName("FunctionName", NAME_RULES.function);
    const functionArn = arn("lambda", place, `function:${functionName}`);
    const logging = properties.object("LoggingConfig");
    const variables = properties.object("Environment")?.object("Variables");
    const functionConfiguration: FunctionConfiguration = {
      functionName,
      functionArn,
      region: place.region,
      accountId: place.accountId,
      runtime: properties.text("Runtime"),
      handler: properties.text("Handler") ?? "index.handler",
      codeDirectory: locateCode(request),
      environment: variables?.attributes(Object.keys(variables.values)) ?? {},
      timeoutSeconds: properties.number("Timeout") ?? DEFAULT_TIMEOUT_SECONDS,
      memorySizeMb: properties.number("MemorySize") ?? DEFAULT_MEMORY_MB,
      reservedConcurrency: properties.number("ReservedConcurrentExecutions"),
      logGroupName: logging?.text("LogGroup") ?? `/aws/lambda/${functionName}`,
      logFormat: logging?.text("LogFormat") ?? "Text",
    };
    return { physicalId: functionName, attributes: { Arn: functionArn }, functionConfiguration };
  },
};

/** Versions and aliases all mean the one bundle that runs here. */
export const lambdaVersion: ResourceType = {
  types: ["AWS::Lambda::Version", "AWS::Lambda::Alias"],
  treatment: "recorded",

  async deploy({ properties, place, type }) {
    const name = functionNameOf(properties.requiredText("FunctionName"));
    const qualifier = type === "AWS::Lambda::Alias" ? properties.requiredText("Name") : "1";
    const qualified = `${arn("lambda", place, `function:${name}`)}:${qualifier}`;
    return {
      physicalId: qualified,
      attributes: { FunctionArn: qualified, Version: qualifier, AliasArn: qualified },
    };
  },
};

/** The name in a function's name, ARN or partial ARN, with or without an alias or version. */
export function functionNameOf(reference: string): string {
  const parts = reference.split(":");
  const at = parts.indexOf("function");
  return (at >= 0 ? parts[at + 1] : parts[0]) ?? reference;
}

function locateCode({ properties, asset, title, warn }: ResourceRequest): string | undefined {
  const code = properties.object("Code");
  const inline = code?.text("ZipFile");
  if (inline !== undefined) {
    return properties.text("Runtime")?.startsWith("nodejs") === true ? writeInline(inline) : undefined;
  }
  const key = code?.text("S3Key");
  const path = key === undefined ? undefined : asset(key);
  if (path === undefined || !existsSync(path)) {
    warn(
      `${title}: its code (${key ?? code?.text("ImageUri") ?? "none"}) is not an asset of this assembly; it cannot run`,
    );
    return undefined;
  }
  if (!statSync(path).isDirectory()) {
    warn(`${title}: its code ${path} is an archive; only unpacked assets can run locally`);
    return undefined;
  }
  return path;
}

/** Inline code becomes `index.js`, or `index.mjs` when it is written as an ECMAScript module. */
function writeInline(source: string): string {
  const hash = createHash("sha256").update(source).digest("hex").slice(0, 32);
  const directory = join(tmpdir(), "fanfare-inline", hash);
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, /^\s*(?:export|import)\s/m.test(source) ? "index.mjs" : "index.js"), source);
  return directory;
}
