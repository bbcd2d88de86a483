// Builds ../static from src: one script, one style sheet, one page. Run: npm install && npm run build
import { build } from "esbuild";
import { copyFile, mkdir } from "node:fs/promises";

const out = new URL("../static/", import.meta.url).pathname;
await mkdir(out, { recursive: true });
await build({
  entryPoints: ["src/page.tsx"],
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  outdir: out,
  loader: { ".css": "css" },
  define: { "process.env.NODE_ENV": '"production"' },
  legalComments: "linked",
  logLevel: "info",
});
await copyFile("src/index.html", `${out}index.html`);
