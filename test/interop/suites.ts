import { awsCli } from "./peers/aws-cli.ts";
import { python } from "./peers/python.ts";
import type { Suite } from "./row.ts";
import { cloudEvents } from "./rows/cloudevents.ts";
import { dotnet } from "./rows/dotnet.ts";
import { javaSns, javaSqs } from "./rows/java-extended.ts";
import { plainClient } from "./rows/plain.ts";
import { pythonSns, pythonSqs } from "./rows/python-extended.ts";

/** Every client of the matrix, in the order of the report. */
export const SUITES: readonly Suite[] = [
  plainClient("AWS CLI", awsCli),
  plainClient("boto3", python("boto3")),
  pythonSqs,
  pythonSns,
  javaSqs,
  javaSns,
  cloudEvents,
  dotnet,
];
