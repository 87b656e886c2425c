import type { StreamSpecification } from "@aws-sdk/client-dynamodb";
import { randomHex } from "../../kernel/index.ts";
import { invalidParameters, validation } from "../errors.ts";
import { Stream, type StreamView, type TableDefinition } from "../model/index.ts";
import type { DynamoDbState } from "../state.ts";

const VIEWS: readonly StreamView[] = ["KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES"];

/** The view of a stream to switch on; undefined for none. @throws AwsError `ValidationException` */
export function streamView(specification: StreamSpecification | undefined): StreamView | undefined {
  const { StreamEnabled, StreamViewType } = specification ?? {};
  if (StreamEnabled !== true) {
    if (StreamViewType !== undefined) {
      throw invalidParameters("Table is being created with StreamViewType, but StreamEnabled is not true");
    }
    return undefined;
  }
  const view = VIEWS.find((each) => each === StreamViewType);
  if (view === undefined) {
    throw validation(
      `StreamSpecification.StreamViewType has to be one of ${VIEWS.join(", ")}, but is ${StreamViewType ?? "missing"}`,
    );
  }
  return view;
}

/** Switches a new stream on. Its label is the time, as on AWS. */
export function openStream(
  state: DynamoDbState,
  { name, arn }: Pick<TableDefinition, "name" | "arn">,
  view: StreamView,
): NonNullable<TableDefinition["stream"]> {
  let createdAt = state.now();
  const arnAt = (time: number) => `${arn}/stream/${labelOf(time)}`;
  while (state.streams.has(arnAt(createdAt))) {
    createdAt += 1;
  }
  const streamArn = arnAt(createdAt);
  const shardId = `shardId-${String(createdAt).padStart(20, "0")}-${randomHex(state.environment, 8)}`;
  const definition = {
    arn: streamArn,
    label: labelOf(createdAt),
    tableName: name,
    tableArn: arn,
    view,
    shardId,
    createdAt,
  };
  state.streams.set(streamArn, new Stream(definition));
  return { arn: streamArn, label: definition.label, view };
}

/** Switches a stream off. Its records stay for 24 hours. */
export function closeStream(state: DynamoDbState, { stream }: Pick<TableDefinition, "stream">): void {
  const open = stream === undefined ? undefined : state.streams.get(stream.arn);
  if (open !== undefined) {
    open.closedAt = state.now();
  }
}

function labelOf(time: number): string {
  return new Date(time).toISOString().replace("Z", "");
}
