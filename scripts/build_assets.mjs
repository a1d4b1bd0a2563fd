// The Node half of scripts/build_assets.py: KERN without what nobody uses, ours behind it, once per reading direction.
// Reads one JSON object from stdin: {used: [class names], css: file, js: {output: [entry file, format]}, out: folder}.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import * as esbuild from "esbuild";
import postcss from "postcss";
import selectorParser from "postcss-selector-parser";
import rtlcss from "rtlcss";

const { used, css, js, out } = JSON.parse(readFileSync(0, "utf8"));
const KERN = createRequire(import.meta.url).resolve("@kern-ux/native/dist/kern.css");
const classes = new Set(used);
const CHOICES = new Set([":is", ":where", ":not", ":has"]);

/** Whether a selector can match: each class in it is used; dead choices inside :is() and the like go away. */
function alive(selector) {
  return selector.every((node) => {
    if (node.type === "class") return classes.has(node.value);
    if (node.type !== "pseudo" || !CHOICES.has(node.value)) return true;
    for (const choice of [...node.nodes]) if (!alive(choice)) choice.remove();
    if (node.nodes.length) return true;
    if (node.value !== ":not") return false;
    node.remove();
    return true;
  });
}

function dropUnusedClasses(root) {
  const prune = selectorParser((list) => {
    for (const selector of [...list.nodes]) if (!alive(selector)) selector.remove();
  });
  root.walkRules((rule) => {
    if (rule.parent.name?.endsWith("keyframes")) return;
    rule.selector = prune.processSync(rule.selector);
    if (!rule.selector.trim()) rule.remove();
  });
}

/** Unused tokens go; one token may keep another alive, so this repeats until nothing changes. */
function dropUnusedTokens(root) {
  for (let before = -1, now = 0; before !== now; ) {
    const needed = new Set();
    root.walkDecls(({ value }) => {
      for (const [, name] of value.matchAll(/var\(\s*(--[\w-]+)/g)) needed.add(name);
    });
    root.walkDecls(/^--/, (token) => {
      if (!needed.has(token.prop)) token.remove();
    });
    [before, now] = [now, needed.size];
  }
}

/** KERN gives most tokens a second value in case they are missing; here they never are. */
function dropFallbacks(root) {
  const known = new Set();
  root.walkDecls(/^--/, ({ prop }) => {
    known.add(prop);
  });
  root.walkDecls((declaration) => {
    declaration.value = declaration.value.replace(/var\((--[\w-]+),[^()]+\)/g, (all, name) => (known.has(name) ? `var(${name})` : all));
  });
}

function dropEmpty(root) {
  root.walkComments((comment) => {
    comment.remove();
  });
  root.walkRules((rule) => {
    if (!rule.nodes.length) rule.remove();
  });
  root.walkAtRules((rule) => {
    if (rule.nodes?.length === 0) rule.remove();
  });
  root.walkAtRules("charset", (rule) => {
    rule.remove();
  });
}

const kern = postcss.parse(readFileSync(KERN, "utf8"));
dropUnusedClasses(kern);
const sheet = postcss.parse(`@layer base,kern,parts,care;@layer kern{}`);
sheet.last.append(kern.nodes);
const mirrored = postcss.parse(rtlcss.process(sheet.toString()));
for (const [name, root] of [["app.css", sheet], ["app.rtl.css", mirrored]]) {
  root.append(postcss.parse(readFileSync(css, "utf8")).nodes);
  dropFallbacks(root);
  dropUnusedTokens(root);
  dropEmpty(root);
  const { code } = await esbuild.transform(root.toString(), { loader: "css", minify: true });
  writeFileSync(join(out, name), code);
}
for (const [name, [entry, format]] of Object.entries(js)) {
  await esbuild.build({ entryPoints: [entry], outfile: join(out, name), bundle: true, minify: true, format, target: "es2020" });
}
