import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RemovalPolicy } from "aws-cdk-lib";
import * as lambda from "aws-cdk-lib/aws-lambda";
import * as logs from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import { buildSync } from "esbuild";

/** CommonJS dependencies call `require`, which a module does not have. */
const REQUIRE =
  'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);';

/** Creates a function that publishes: an ordinary one, with the settings that handlers of subscribers get by themselves. */
export function createPublisherFunction(scope: Construct, id: string, entry: string): lambda.Function {
  const folder = mkdtempSync(join(tmpdir(), "fanfare-publisher-"));
  try {
    bundle(entry, join(folder, "index.mjs"));
    return new lambda.Function(scope, id, {
      // Copied into the cloud assembly at once, so that the folder may go.
      code: lambda.Code.fromAsset(folder),
      handler: "index.handler",
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      memorySize: 512,
      loggingFormat: lambda.LoggingFormat.JSON,
      logGroup: new logs.LogGroup(scope, `${id}Logs`, {
        retention: logs.RetentionDays.TWO_WEEKS,
        removalPolicy: RemovalPolicy.DESTROY,
      }),
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function bundle(entry: string, outfile: string): void {
  buildSync({
    entryPoints: [entry],
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node24",
    minify: true,
    mainFields: ["module", "main"],
    // Inside this repository `fanfare` is its own sources; elsewhere the first condition is not needed.
    conditions: ["@fanfare/source", "module"],
    banner: { js: REQUIRE },
    logLevel: "silent",
  });
}
