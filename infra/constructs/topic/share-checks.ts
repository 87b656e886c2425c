import { Stack, Token } from "aws-cdk-lib";
import type { Construct } from "constructs";
import type { AnyContract } from "../../../lib/contract/index.ts";
import { checkDuration, refuseIf, SQS } from "../checks/index.ts";
import type { ShareOptions } from "./share-options.ts";

/**
 * Checks whom a topic is shared with.
 *
 * @throws FanfareError `ConfigurationInvalid`
 */
export function checkShare(
  scope: Construct,
  {
    accounts = [],
    organization,
    events,
    contract,
    fifo,
    subscriptionDeadLetter,
    topicIsFifo,
  }: ShareOptions & { readonly contract: AnyContract; readonly topicIsFifo: boolean },
): void {
  checkDuration(scope, "subscriptionDeadLetter.retention", subscriptionDeadLetter?.retention, SQS.retentionSeconds);
  refuseIf(scope, accounts.length === 0 && organization === undefined, {
    field: "accounts",
    message: "shareWith names neither accounts nor an organization",
    remedy: 'set accounts: ["111122223333"], or organization: "o-..."',
  });
  refuseIf(scope, accounts.length > 0 && organization !== undefined, {
    field: "organization",
    message: "shareWith names both accounts and an organization, which have different statements",
    remedy: "call shareWith once for the accounts, and once for the organization",
  });
  const unknownUntilDeployment = [...accounts, organization].some((each) => Token.isUnresolved(each));
  refuseIf(scope, unknownUntilDeployment, {
    field: organization === undefined ? "accounts" : "organization",
    message:
      "shareWith names an account or organization that is known only at deployment: which subscribers of this app it admits cannot be checked",
    remedy: "write the id as text, or read it from the context of the app (this.node.getContext)",
  });
  for (const account of accounts) {
    refuseIf(scope, !/^\d{12}$/.test(account), {
      field: "accounts",
      message: `accounts contains "${account}", but an account id has 12 digits`,
      limit: "12 digits",
      remedy: 'write it as a string with all zeros: "012345678901"',
    });
    refuseIf(scope, account === Stack.of(scope).account, {
      field: "accounts",
      message: `accounts contains ${account}, the account of the topic, which may subscribe already`,
      remedy: "leave it out",
    });
  }
  const known = organization === undefined || /^o-[a-z0-9]{10,32}$/.test(organization);
  refuseIf(scope, !known, {
    field: "organization",
    message: `organization is "${organization}", but an id of an organization is o- and 10 to 32 lower-case letters and digits`,
    limit: "o- and 10 to 32 characters",
    remedy: "copy it from AWS Organizations: o-a1b2c3d4e5",
  });
  const unknown = events?.find((name) => !Object.hasOwn(contract.events, name));
  refuseIf(scope, unknown !== undefined || events?.length === 0, {
    field: "events",
    message:
      unknown === undefined
        ? "events is empty: nothing would be shared"
        : `contract ${contract.name} has no event "${unknown}"`,
    remedy: `use ${Object.keys(contract.events).join(", ")}, or leave events out for all of them`,
  });
  refuseIf(scope, fifo === true && !topicIsFifo, {
    field: "fifo",
    message: "fifo is true, but FIFO queues cannot subscribe to a standard topic",
    remedy: "leave fifo out",
  });
}
