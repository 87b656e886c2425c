import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bundlePage } from "./page-files.ts";

/** `npm run build`: writes the page into `dist`, where the package looks for it. */
const folder = join("dist", "lib", "console", "page");
const { script, style } = await bundlePage();
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, "app.js"), script);
writeFileSync(join(folder, "style.css"), style);
