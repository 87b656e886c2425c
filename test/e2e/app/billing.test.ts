import { billingCases } from "./cases/index.ts";
import { testOnLocalRuntime } from "./support.ts";

testOnLocalRuntime(billingCases);
