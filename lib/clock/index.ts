export { backoff, type Clock, nextTurn, sleep, systemClock } from "./clock.ts";
