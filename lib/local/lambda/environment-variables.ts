import { devNull } from "node:os";
import { credentialsFor } from "../common/index.ts";
import type { FunctionConfiguration, FunctionEndpoints } from "./configuration.ts";

/**
 * The environment of a function's process: what Lambda sets, the endpoints of the emulators, the variables of the
 * template, and nothing of this process except PATH: a handler that works only because of a variable in the
 * developer's shell should fail here, not after the deployment.
 * Source of the names: AWS Lambda Developer Guide, "Defined runtime environment variables"; for the endpoints AWS SDKs and
 * Tools Reference Guide, "Service-specific endpoints".
 */
export function functionEnvironment(
  configuration: FunctionConfiguration,
  endpoints: FunctionEndpoints,
  environmentId: string,
): Record<string, string> {
  const credentials = credentialsFor(configuration.accountId);
  return {
    PATH: process.env.PATH ?? "",
    LANG: "en_US.UTF-8",
    TZ: ":UTC",
    AWS_ENDPOINT_URL: endpoints.endpoint,
    AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamoDbEndpoint,
    // Without this the SDK looks for profiles in the developer's home directory.
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_EC2_METADATA_DISABLED: "true",
    ...configuration.environment,
    // Reserved by Lambda: the template cannot override these.
    _HANDLER: configuration.handler,
    AWS_REGION: configuration.region,
    AWS_DEFAULT_REGION: configuration.region,
    AWS_EXECUTION_ENV: `AWS_Lambda_${configuration.runtime ?? "nodejs"}`,
    AWS_LAMBDA_FUNCTION_NAME: configuration.functionName,
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(configuration.memorySizeMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_LAMBDA_LOG_GROUP_NAME: configuration.logGroupName,
    AWS_LAMBDA_LOG_STREAM_NAME: `local/[$LATEST]${environmentId}`,
    AWS_LAMBDA_LOG_FORMAT: configuration.logFormat,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    LAMBDA_TASK_ROOT: configuration.codeDirectory ?? "",
  };
}
