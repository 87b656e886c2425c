/** The screens of the bar, each with the key that opens it and the routes that belong to it. */
export const NAVIGATION: readonly {
  readonly name: string;
  readonly title: string;
  readonly key: string;
  readonly owns: readonly string[];
}[] = [
  { name: "map", title: "Map", key: "1", owns: ["map", "queue"] },
  { name: "failures", title: "Failures", key: "2", owns: ["failures", "letters", "letter"] },
  { name: "send", title: "Send", key: "3", owns: ["send"] },
  { name: "trace", title: "Trace", key: "4", owns: ["trace"] },
  { name: "contract", title: "Contract", key: "5", owns: ["contract"] },
  { name: "jobs", title: "Jobs", key: "6", owns: ["jobs"] },
  { name: "doctor", title: "Doctor", key: "7", owns: ["doctor"] },
];
