import { isJsonObject, type JsonObject, objectOf, parseJson } from "../../../../std/index.ts";

/** How SNS retries HTTP endpoints that set nothing of their own ("Amazon SNS message delivery retries"). */
const DEFAULT_RETRY: JsonObject = {
  minDelayTarget: 20,
  maxDelayTarget: 20,
  numRetries: 3,
  numMaxDelayRetries: 0,
  numNoDelayRetries: 0,
  numMinDelayRetries: 0,
  backoffFunction: "linear",
};

const DEFAULT_REQUEST: JsonObject = { headerContentType: "text/plain; charset=UTF-8" };

/** The attribute `DeliveryPolicy` as SNS returns it: without what is null, with `disableSubscriptionOverrides`. */
export function shownDeliveryPolicy(text: string): string {
  const { defaultHealthyRetryPolicy, defaultRequestPolicy, disableSubscriptionOverrides, ...others } = httpOf(text);
  return JSON.stringify({
    http: {
      ...present("defaultHealthyRetryPolicy", defaultHealthyRetryPolicy),
      disableSubscriptionOverrides: disableSubscriptionOverrides ?? false,
      ...present("defaultRequestPolicy", defaultRequestPolicy),
      ...others,
    },
  });
}

/** The attribute `EffectiveDeliveryPolicy`: what the topic sets, and SNS's defaults for the rest. It has no effect here. */
export function effectiveDeliveryPolicy(text: string | undefined): string {
  const { defaultHealthyRetryPolicy, defaultRequestPolicy, disableSubscriptionOverrides } = httpOf(text ?? "");
  return JSON.stringify({
    http: {
      defaultHealthyRetryPolicy: { ...DEFAULT_RETRY, ...objectOf(defaultHealthyRetryPolicy) },
      disableSubscriptionOverrides: disableSubscriptionOverrides ?? false,
      defaultRequestPolicy: { ...DEFAULT_REQUEST, ...objectOf(defaultRequestPolicy) },
    },
  });
}

function httpOf(text: string): JsonObject {
  const { http } = objectOf(parseJson(text));
  return isJsonObject(http) ? http : {};
}

function present(name: string, value: unknown): Record<string, unknown> {
  return value === undefined || value === null ? {} : { [name]: value };
}
