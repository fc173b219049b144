// KaTeX as a filter: one JSON request per line on stdin, one JSON reply per line on stdout, in the same order.
// A request is {tex, display, macros}; the reply is {html} or {error}. katex_static.py starts it, once a build.
const path = require("node:path");
const readline = require("node:readline");

const katex = require(path.join(process.argv[2], "dist", "katex.js"));

function render({ tex, display, macros }) {
  // What LaTeX would refuse is an error. A line break that LaTeX ignores is one too: the lines would run together.
  let ignored = null;
  const strict = (code, message) => {
    if (code === "newLineInDisplayMode") ignored = message;
    return "error";
  };
  try {
    const html = katex.renderToString(tex, { displayMode: display, macros, strict });
    return ignored ? { error: `${ignored}: put the lines into \\begin{aligned}` } : { html };
  } catch (error) {
    if (error.rawMessage === undefined) throw error; // not the formula's fault
    const at = error.position === undefined ? "" : `, at its character ${error.position + 1}`;
    return { error: error.rawMessage + at };
  }
}

readline.createInterface({ input: process.stdin }).on("line", (line) => {
  process.stdout.write(JSON.stringify(render(JSON.parse(line))) + "\n");
});
