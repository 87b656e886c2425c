import { PermanentError } from "fanfare";

/** One mail. */
export interface Mail {
  readonly to: string;
  readonly subject: string;
}

/**
 * Stands in for a mail provider and has its bad days at addresses that exist for that: `@flaky.example` fails twice, as a
 * provider does that is overloaded; `@bounced.example` does not exist, and never will.
 */
export async function sendMail(mail: Mail, attempt: number): Promise<void> {
  if (mail.to.endsWith("@bounced.example")) throw new PermanentError("the mail provider knows no such address");
  if (mail.to.endsWith("@flaky.example") && attempt < 3) throw new Error("the mail provider answered 503");
}
