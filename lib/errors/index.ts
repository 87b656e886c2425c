export { callbackTimeout, callUser, callUserSync } from "./callback.ts";
export { FanfareError, type FanfareErrorCode, type FanfareErrorDetails, isFanfareError } from "./fanfare-error.ts";
export { fingerprintOf, firstFrame } from "./fingerprint.ts";
export { describeError, PermanentError, RetryError } from "./handler-errors.ts";
export { numberInRange } from "./options.ts";
