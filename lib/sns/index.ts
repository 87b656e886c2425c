/** For receivers of SNS over HTTPS: `import { verifySnsMessage } from "fanfare/sns"`. No other entry point contains it. */
export type { SnsMessage } from "./message.ts";
export { type VerifyOptions, verifySnsMessage } from "./verify.ts";
