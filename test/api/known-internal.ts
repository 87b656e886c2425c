const HELPER = "A private alias that only shortens the public type beside it; its module does not export it either.";
const LOCAL = "The local runtime has no entry point yet. It gets one when the packages are cut.";

/**
 * Names in public declarations that no entry point exports, with the reason. A name that is not needed here any more makes the check
 * fail, so this list only gets shorter.
 */
export const KNOWN_INTERNAL: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  fanfare: {
    AttributesUnion: HELPER,
    BatchItemBase: HELPER,
    DataFields: HELPER,
    Fields: HELPER,
    JsonInput: "Makes `event()` name the part of a schema that JSON cannot carry; nobody writes the type.",
    Types: HELPER,
    UnionKeys: HELPER,
  },
  "fanfare/testing": {
    CallContext: LOCAL,
    DeployedAppParts: "Parameter of a constructor that only `deploy()` calls.",
    Engine: LOCAL,
    EngineOptions: LOCAL,
    LocalRuntime: LOCAL,
    LocalRuntimeOptions: LOCAL,
    LogEntry: LOCAL,
    MemoryDynamoDb: "The table store behind `memoryAws()`, for assertions; to be given an interface of its own.",
    RuntimeEvent: LOCAL,
  },
};
