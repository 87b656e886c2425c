export { bundlePage, type PageFiles, pageFiles } from "./page-files.ts";
