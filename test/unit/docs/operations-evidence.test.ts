import { testReferences } from "./references.ts";

testReferences("operations.md", ["A", "B", "Safety", "C", "D", "Done when"], 60);
