import type { IConstruct } from "constructs";
import { refuseIf } from "../checks/index.ts";

/** Which archived messages of a FIFO topic are delivered again to one subscriber. */
export interface ReplayOptions {
  /** Messages published from this time on, in UTC. It must lie within the archive: SNS refuses an earlier one. */
  readonly from: Date;
  /**
   * Messages published up to this time. The subscription then pauses: it receives nothing until `replay` is removed or has no end.
   * @default none: the replay continues with the messages that are published now
   */
  readonly to?: Date;
}

/**
 * Returns the ReplayPolicy of a subscription.
 * Source: Amazon SNS Developer Guide, "Message replay for FIFO topic subscribers".
 *
 * @param archived whether the topic has an archive; `undefined` if that is not known
 * @throws FanfareError `ConfigurationInvalid` for a replay that SNS would refuse
 */
export function replayPolicyOf(
  scope: IConstruct,
  { from, to }: ReplayOptions,
  topic: { readonly fifo: boolean; readonly archived: boolean | undefined },
): Record<string, string> {
  refuseIf(scope, !topic.fifo || topic.archived === false, {
    field: "replay",
    message: `replay is set, but the topic ${topic.fifo ? "has no archive" : "is a standard topic, which has no archive"}`,
    remedy: topic.fifo
      ? "set messageRetentionPeriodInDays on the topic, or leave replay out"
      : "leave replay out: only FIFO topics have an archive",
  });
  for (const [field, time] of Object.entries({ from, to })) {
    refuseIf(scope, time !== undefined && Number.isNaN(time.getTime()), {
      field: `replay.${field}`,
      message: `replay.${field} is not a valid date`,
      remedy: 'write new Date("2026-11-29T12:00:00Z")',
    });
  }
  refuseIf(scope, to !== undefined && to <= from, {
    field: "replay.to",
    message: `replay.to is ${to?.toISOString()}, not after replay.from, ${from.toISOString()}`,
    remedy: "set it to a later time, or leave it out",
  });
  return {
    PointType: "Timestamp",
    StartingPoint: from.toISOString(),
    ...(to === undefined ? {} : { EndingPoint: to.toISOString() }),
  };
}
