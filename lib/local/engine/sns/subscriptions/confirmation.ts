import { AwsError, randomHex, randomUuid } from "../../kernel/index.ts";
import { confirmationFor } from "../deliver/index.ts";
import { invalidParameter } from "../errors.ts";
import { requireArn } from "../lookup.ts";
import type { SnsHandler } from "../operations.ts";
import { principalFor } from "../principal.ts";
import type { SnsState, Subscription, Topic } from "../state.ts";

const TOKEN_DIGITS = 288;

/** The form of a token. What does not have it is refused before anything is looked up. */
const TOKEN = /^[0-9a-f]{100,}$/;

export function newToken(state: SnsState): string {
  return randomHex(state.environment, TOKEN_DIGITS);
}

/**
 * Sends the token to the endpoint's owner. A queue gets it as a message, if its policy lets the topic send; for the other
 * protocols it is handed over with the subscription.
 */
export function askForConfirmation(state: SnsState, topic: Topic, subscription: Subscription, token: string): void {
  if (subscription.protocol === "sqs") {
    const messageId = randomUuid(state.environment);
    state.deliver({
      queueArn: subscription.endpoint,
      body: confirmationFor(state, topic, { token, messageId, at: state.environment.now() }),
      principal: principalFor(topic, subscription.endpoint),
      sourceArn: topic.arn,
      sourceAccount: topic.accountId,
    });
  }
}

/**
 * Confirms a subscription by its token; a second time as well.
 *
 * @throws AwsError InvalidParameter for a token that no subscription of the topic has
 */
export const confirmSubscription: SnsHandler<"ConfirmSubscription"> = (state, context, input) => {
  const arn = requireArn(input.TopicArn, "TopicArn");
  if (arn.service !== "sns" || arn.region !== context.region || arn.resource.includes(":")) {
    throw invalidParameter("Topic");
  }
  const token = input.Token ?? "";
  if (!TOKEN.test(token)) {
    throw new AwsError("InvalidParameter", "Invalid token");
  }
  const topic = state.topics.get(input.TopicArn ?? "");
  const subscription = [...(topic?.subscriptions.values() ?? [])].find((candidate) => candidate.token === token);
  if (topic === undefined || subscription === undefined) {
    throw invalidParameter("Token");
  }
  topic.subscriptions.set(subscription.arn, {
    ...subscription,
    isPending: false,
    wasAuthenticated: input.AuthenticateOnUnsubscribe === "true",
  });
  return { SubscriptionArn: subscription.arn };
};
