import { orderCases } from "./cases/index.ts";
import { testOnLocalRuntime } from "./support.ts";

testOnLocalRuntime(orderCases);
