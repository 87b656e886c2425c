import { APP_CASES } from "./cases/index.ts";
import { testOnLocalRuntime } from "./support.ts";

testOnLocalRuntime(APP_CASES.images);
