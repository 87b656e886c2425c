import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

/** Where Debian and its relatives install it. */
const SYSTEM = "/usr/bin/chromium";

/** A headless Chromium: that of the system, else the one that `npm ci` has brought. */
export async function launchBrowser(): Promise<Browser> {
  if (existsSync(SYSTEM)) {
    return chromium.launch({ executablePath: SYSTEM, args: ["--no-sandbox"] });
  }
  const { default: packed } = await import("@sparticuz/chromium");
  return chromium.launch({ executablePath: await packed.executablePath(), args: ["--no-sandbox"] });
}
