export { backoff, type Clock, sleep, systemClock } from "./clock.ts";
