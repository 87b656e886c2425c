import { createHash } from "node:crypto";
import { existsSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  DEFAULT_MEMORY_MB,
  DEFAULT_TIMEOUT_SECONDS,
  type FunctionConfiguration,
  functionNameOf,
} from "../../lambda/index.ts";
import { UNBUNDLED_MARK } from "../../synthesis/index.ts";
import { TargetSender } from "../../targets/index.ts";
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
    const runtime = properties.text("Runtime");
    const isNode = runtime?.startsWith("nodejs") === true;
    if (!isNode) {
      const kind = runtime === undefined ? "of container images" : `with the runtime ${runtime}`;
      request.leaveOut(`Functions ${kind}`, "they cannot run here; messages for them stay in their queues");
    }
    const functionConfiguration: FunctionConfiguration = {
      functionName,
      functionArn,
      region: place.region,
      accountId: place.accountId,
      runtime,
      handler: properties.text("Handler") ?? "index.handler",
      codeDirectory: isNode ? locateCode(request) : undefined,
      layerDirectories: isNode ? locateLayers(request) : [],
      environment: variables?.attributes(Object.keys(variables.values)) ?? {},
      timeoutSeconds: properties.number("Timeout") ?? DEFAULT_TIMEOUT_SECONDS,
      memorySizeMb: properties.number("MemorySize") ?? DEFAULT_MEMORY_MB,
      reservedConcurrency: properties.number("ReservedConcurrentExecutions"),
      deadLetterTargetArn: properties.object("DeadLetterConfig")?.text("TargetArn"),
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

/** How a function is invoked asynchronously: retries and destinations. */
export const eventInvokeConfig: ResourceType = {
  types: ["AWS::Lambda::EventInvokeConfig"],
  treatment: "recorded",

  async deploy({ properties, stackName, logicalId, leaveOut }) {
    const destinations = properties.object("DestinationConfig");
    const destination = (name: string): string | undefined => {
      const targetArn = destinations?.object(name)?.text("Destination");
      if (targetArn !== undefined && !TargetSender.canSendTo(targetArn)) {
        leaveOut("Destinations that are no queue, topic or function", "results are not sent there");
        return undefined;
      }
      return targetArn;
    };
    return {
      physicalId: `${stackName}-${logicalId}`,
      attributes: {},
      asyncConfiguration: {
        functionName: functionNameOf(properties.requiredText("FunctionName")),
        maximumRetryAttempts: properties.number("MaximumRetryAttempts"),
        onSuccess: destination("OnSuccess"),
        onFailure: destination("OnFailure"),
      },
    };
  },
};

/** The folder with the code of a function of Node.js. */
function locateCode({ properties, asset, leaveOut }: ResourceRequest): string | undefined {
  const code = properties.object("Code");
  const inline = code?.text("ZipFile");
  if (inline !== undefined) {
    return writeInline(inline);
  }
  const key = code?.text("S3Key");
  const path = key === undefined ? undefined : asset(key);
  if (path !== undefined && existsSync(join(path, UNBUNDLED_MARK))) {
    leaveOut(
      "Functions that are bundled in a container",
      "there is no Docker: their sources are used as they are; delete the folder of the assembly before you deploy to AWS",
    );
  }
  if (path === undefined || !existsSync(path)) {
    leaveOut("Functions whose code is not an asset of the app", "they cannot run");
    return undefined;
  }
  if (!statSync(path).isDirectory()) {
    leaveOut("Functions whose code is an archive", "they cannot run; only unpacked assets can");
    return undefined;
  }
  return path;
}

/** Folders of the function's layers; on Lambda they are merged into `/opt`. */
function locateLayers({ properties, layerDirectory, leaveOut }: ResourceRequest): readonly string[] {
  return properties.texts("Layers").flatMap((layerArn) => {
    const directory = layerDirectory(layerArn);
    if (directory === undefined) {
      leaveOut("Layers whose content is not an unpacked asset of the app", "functions run without them");
      return [];
    }
    return [directory];
  });
}

/** A layer: Node.js modules in it are found by the functions that use it. */
export const layerVersion: ResourceType = {
  types: ["AWS::Lambda::LayerVersion"],
  treatment: "recorded",

  async deploy(request) {
    const name = request.physicalName("LayerName", NAME_RULES.function);
    const layerVersionArn = `${arn("lambda", request.place, `layer:${name}`)}:1`;
    const key = request.properties.object("Content")?.text("S3Key");
    const path = key === undefined ? undefined : request.asset(key);
    return {
      physicalId: layerVersionArn,
      attributes: { LayerVersionArn: layerVersionArn },
      ...(path !== undefined && isDirectory(path) ? { layerDirectory: path } : {}),
    };
  },
};

function isDirectory(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory();
}

/** Inline code becomes `index.js`, or `index.mjs` when it is written as an ECMAScript module. */
function writeInline(source: string): string {
  const hash = createHash("sha256").update(source).digest("hex").slice(0, 32);
  const directory = join(tmpdir(), "fanfare-inline", hash);
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, /^\s*(?:export|import)\s/m.test(source) ? "index.mjs" : "index.js"), source);
  return directory;
}
