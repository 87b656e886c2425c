import type { MessageAttributeValue } from "@aws-sdk/client-sns";
import type { Faulty } from "../faults.ts";

/** What a message to publish consists of. */
export interface Publication extends Faulty {
  readonly message: string;
  readonly subject?: string;
  readonly structure?: string;
  readonly attributes?: Record<string, MessageAttributeValue>;
  readonly group?: string | undefined;
  readonly deduplication?: string;
}

/** One step of a sequence on topics. `topic` and `queue` are slots; `subscription` counts those that were made. */
export type SnsOperation =
  | { kind: "sns.createTopic"; topic: string; attributes: Readonly<Record<string, string>> }
  | { kind: "sns.deleteTopic"; topic: string }
  | { kind: "sns.getTopicAttributes"; topic: string }
  | { kind: "sns.setTopicAttributes"; topic: string; name: string; value: string }
  | { kind: "sns.subscribe"; topic: string; queue: string; attributes: Readonly<Record<string, string>> }
  | { kind: "sns.unsubscribe"; subscription: number }
  | { kind: "sns.getSubscriptionAttributes"; subscription: number }
  | { kind: "sns.setSubscriptionAttributes"; subscription: number; name: string; value: string }
  | { kind: "sns.listSubscriptionsByTopic"; topic: string }
  | { kind: "sns.publish"; topic: string; publication: Publication }
  | {
      kind: "sns.publishBatch";
      topic: string;
      publications: readonly Publication[];
      ids: "distinct" | "same" | "invalid";
    }
  | { kind: "sns.tag"; topic: string; tags: Readonly<Record<string, string>> }
  | { kind: "sns.untag"; topic: string; keys: readonly string[] }
  | { kind: "sns.listTags"; topic: string };
