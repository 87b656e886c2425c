import { PermanentError } from "fanfare";

/** One mail. */
export interface Mail {
  readonly to: string;
  readonly subject: string;
}

/**
 * A stand-in for a mail provider that fails for certain addresses: the first two attempts for `@flaky.example` fail, as if the
 * provider were overloaded; `@bounced.example` always fails, because the address does not exist.
 */
export async function sendMail(mail: Mail, attempt: number): Promise<void> {
  if (mail.to.endsWith("@bounced.example")) {
    throw new PermanentError("the address does not exist at the mail provider");
  }
  if (mail.to.endsWith("@flaky.example") && attempt < 3) {
    throw new Error("the mail provider responded with 503");
  }
}
