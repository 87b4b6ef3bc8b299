// Bundle the front end: `node build.mjs [--test] [folder]`, build/ unless told.
//
// core.js defines the global `kzborder`, which every page of ours has once; each map has a script
// of its own, whose imports of ./core are that global.
import { mkdirSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { build } from "esbuild";

const MAPS = ["border", "article", "exercises", "uyghur", "online"];
const testing = process.argv.includes("--test");
const target = process.argv.slice(2).find((word) => !word.startsWith("--")) ?? "build";

const options = {
  bundle: true,
  charset: "utf8",
  logLevel: "warning",
  target: "es2018",
  metafile: true,
};
const minified = { ...options, format: "iife", minify: true, legalComments: "none" };

const fromGlobal = {
  name: "core is a global",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\/core\.ts$/ }, () => ({ path: "core", namespace: "global" }));
    onLoad({ filter: /.*/, namespace: "global" }, () => ({
      contents: "module.exports = kzborder;",
    }));
  },
};

if (testing) {
  const tests = readdirSync("test").filter((name) => name.endsWith(".test.ts"));
  await build({
    ...options,
    entryPoints: tests.map((name) => join("test", name)),
    format: "esm",
    outdir: "build/test",
    outExtension: { ".js": ".mjs" },
    platform: "node",
    target: "node18",
  });
} else {
  mkdirSync(target, { recursive: true });
  const core = await build({
    ...minified,
    entryPoints: ["src/core.ts"],
    globalName: "kzborder",
    outfile: join(target, "core.js"),
  });
  const shared = new Set(Object.keys(core.metafile.inputs));
  for (const name of MAPS) {
    const one = await build({
      ...minified,
      entryPoints: [`src/${name}.ts`],
      outfile: join(target, `${name}.js`),
      plugins: [fromGlobal],
    });
    const twice = Object.keys(one.metafile.inputs).filter((path) => shared.has(path));
    if (twice.length) {
      throw new Error(`${name}: import ${twice.map((path) => basename(path))} through core.ts`);
    }
  }
  const styles = readdirSync("styles").map((name) => join("styles", name));
  await build({
    entryPoints: styles,
    outdir: target,
    minify: true,
    charset: "utf8",
    logLevel: "warning",
  });
}
