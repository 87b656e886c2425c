/** Where a stack lives: its region and its account of twelve digits. */
export interface Place {
  readonly region: string;
  readonly accountId: string;
}

/** Region of stacks that name none themselves. */
export const DEFAULT_REGION = "eu-central-1";

/** The account of credentials that name none, in the embedded server and in LocalStack. */
export const DEFAULT_ACCOUNT_ID = "000000000000";

/**
 * Credentials for a place. The embedded server and LocalStack read an access key id of twelve digits as the account;
 * anything else means the default account. The secret is not checked.
 */
export function credentialsFor(accountId: string): { accessKeyId: string; secretAccessKey: string } {
  return { accessKeyId: accountId === DEFAULT_ACCOUNT_ID ? "test" : accountId, secretAccessKey: "test" };
}
