export { DurableEngine, type DurableEngineOptions } from "./durable-engine.ts";
