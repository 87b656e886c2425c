import { Hono } from "hono";
import type { PageFiles } from "../bundle/index.ts";

const DOCUMENT = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Fanfare</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/style.css">
<script type="module" src="/app.js"></script>
</head>
<body><div id="root"></div><noscript>The console needs JavaScript.</noscript></body>
</html>
`;

/** The document, its script and its style sheet. */
export function pageRoutes(files: () => Promise<PageFiles>): Hono {
  return new Hono()
    .get("/", (context) => context.html(DOCUMENT))
    .get("/app.js", async (context) =>
      context.body((await files()).script, 200, { "content-type": "text/javascript; charset=utf-8" }),
    )
    .get("/style.css", async (context) =>
      context.body((await files()).style, 200, { "content-type": "text/css; charset=utf-8" }),
    );
}
