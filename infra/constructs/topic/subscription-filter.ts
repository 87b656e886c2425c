import type { IConstruct } from "constructs";
import type { AnyContract } from "../../../lib/contract/index.ts";
import { refuseIf } from "../checks/index.ts";
import { compileDataFilter } from "./data-filter.ts";
import { compileFilterPolicy } from "./filter-policy.ts";
import type { SubscriptionFilter } from "./subscription.ts";

/** What a subscription delivers, as `fanOut` and `push` take it; their types have checked `where` and `whereData`. */
export interface SelectionOptions {
  readonly events?: readonly string[];
  readonly where?: object;
  readonly whereData?: object;
  readonly filter?: "types" | "body" | "none";
}

/** Returns the names of the events that a subscription delivers; none are known if nothing filters on their types. */
export function eventsOf({ events, filter }: SelectionOptions, contract: AnyContract): readonly string[] {
  return filter === "none" ? [] : (events ?? Object.keys(contract.events));
}

/**
 * Compiles what a subscription delivers to a filter policy; returns `undefined` if there is nothing to filter on.
 *
 * @param topic its contract, and whether bodies may be offloaded
 * @throws FanfareError `ConfigurationInvalid` for an unknown event or attribute, or a policy that SNS would refuse
 */
export function subscriptionFilter(
  scope: IConstruct,
  { events, where, whereData, filter = "types" }: SelectionOptions,
  { contract, offloads }: { readonly contract: AnyContract; readonly offloads: boolean },
): SubscriptionFilter | undefined {
  const names = events ?? Object.keys(contract.events);
  const types = filter !== "none";
  if (whereData === undefined && filter !== "body") {
    const chosen = types || events !== undefined;
    const policy = compileFilterPolicy(scope, { contract, events: names, where, types, chosen });
    return policy && { scope: "MessageAttributes", policy };
  }
  refuseIf(scope, where !== undefined, {
    field: "where",
    message:
      'where is given, but the subscription filters on the body (whereData, or filter: "body"), and SNS filters either on attributes or on the body',
    remedy: "use whereData alone, or where alone",
  });
  refuseIf(scope, offloads, {
    field: "whereData",
    message:
      "the subscription filters on the body, but the topic has largePayloads: SNS cannot read a body that was offloaded to S3, so such events would never arrive",
    remedy: "declare routing attributes in the contract and use where, or leave largePayloads out",
  });
  return {
    scope: "MessageBody",
    policy: compileDataFilter(scope, { contract, events: names, ...(whereData && { whereData }), types }),
  };
}
