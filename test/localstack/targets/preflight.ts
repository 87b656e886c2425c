import { describeError } from "../../../lib/local/common/index.ts";
import type { Account } from "../aws/account.ts";
import { NotTouched } from "../unavailable.ts";

/**
 * Asks an account that is not ours alone, before anything is created there: whether there are credentials, and whether a stack has
 * one of the names already. The program would change such a stack, and delete it at the end.
 *
 * @returns the number of the account
 * @throws NotTouched
 */
export async function preflight(account: Account, where: string, stackNames: readonly string[]): Promise<string> {
  const id = await account.id().catch((cause: unknown) => {
    throw new NotTouched(`${where}: no usable credentials, so nothing was created: ${describeError(cause)}`, { cause });
  });
  const taken: string[] = [];
  for (const name of stackNames) {
    if (await account.stackExists(name)) {
      taken.push(name);
    }
  }
  if (taken.length > 0) {
    throw new NotTouched(
      `${where}: account ${id} has a stack ${taken.join(" and ")} already, so nothing was created. The run would change it and delete it at the end: take another region or account, or delete it first.`,
    );
  }
  return id;
}
