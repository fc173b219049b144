// Forward and backward through the graph of an expression: mathematics only, nothing of the page.
//
//   forward    each node's value from those of its inputs
//   backward   the slope of the result by itself is 1; each node sends to each input  its slope × the local slope,  and slopes add
//
// The expression is read by a small parser of our own:
//
//   sum = term {(+ or −) term}     term = unary {(* or /) unary}     unary = − unary  or  power
//   power = atom [^ unary]         atom = number, name, function ( sum ), or ( sum )

export const MOST_NODES = 16;
export const MOST_CHARACTERS = 60;

/** Each operation: its value, and its slopes by each input. */
export const OPERATIONS = {
  "+": { value: (a, b) => a + b, slopes: () => [1, 1] },
  "-": { value: (a, b) => a - b, slopes: () => [1, -1] },
  "*": { value: (a, b) => a * b, slopes: (a, b) => [b, a] },
  "/": { value: (a, b) => a / b, slopes: (a, b) => [1 / b, -a / (b * b)] },
  "^": {
    value: (a, b) => a ** b,
    slopes: (a, b) => [b === 0 ? 0 : b * a ** (b - 1), a ** b * Math.log(a)],
  },
  neg: { value: (a) => -a, slopes: () => [-1] },
  exp: { value: Math.exp, slopes: (a) => [Math.exp(a)] },
  log: { value: Math.log, slopes: (a) => [a > 0 ? 1 / a : NaN] },
  sqrt: { value: Math.sqrt, slopes: (a) => [0.5 / Math.sqrt(a)] },
  sin: { value: Math.sin, slopes: (a) => [Math.cos(a)] },
  cos: { value: Math.cos, slopes: (a) => [-Math.sin(a)] },
  tanh: { value: Math.tanh, slopes: (a) => [1 - Math.tanh(a) ** 2] },
  sigmoid: { value: sigmoid, slopes: (a) => [sigmoid(a) * (1 - sigmoid(a))] },
  relu: { value: (a) => Math.max(a, 0), slopes: (a) => [a > 0 ? 1 : 0] },
};

function sigmoid(a) {
  return 1 / (1 + Math.exp(-a));
}

function tokens(text) {
  const found = [];
  const token = /\s*(?:(\d+\.?\d*|\.\d+)|([A-Za-z]\w*)|([-+*/^()]))/y;
  const clean = text.replaceAll("−", "-").replaceAll("·", "*").replaceAll("×", "*").trimEnd();
  while (token.lastIndex < clean.length) {
    const start = token.lastIndex;
    const match = token.exec(clean);
    if (!match) throw new SyntaxError(`“${clean.slice(start).trim()[0]}” means nothing here.`);
    found.push(match[0].trim());
  }
  return found;
}

const isName = (token) => /^[A-Za-z]/.test(token ?? "");
const isNumber = (token) => /^[\d.]/.test(token ?? "");
const isFunction = (name) => isName(name) && name !== "neg" && Object.hasOwn(OPERATIONS, name);

/**
 * The nodes of an expression, each after its inputs, the result last.
 *
 * A node is { name, op, inputs, number, varies }: op is null for a variable or a number, `inputs` are indices,
 * `varies` says whether a variable is behind it. A variable that is used twice is one node.
 */
export function parse(text) {
  if (text.length > MOST_CHARACTERS) throw new SyntaxError(`At most ${MOST_CHARACTERS} characters, please.`);
  const queue = tokens(text);
  const nodes = [];
  let made = 0; // nodes with an operation

  const leaf = (name, number) => {
    const known = nodes.findIndex((node) => node.op === null && node.name === name);
    return known >= 0 ? known : nodes.push({ name, op: null, inputs: [], number, varies: number === null }) - 1;
  };
  const operation = (op, ...inputs) => {
    made += 1;
    return nodes.push({ name: `v${made}`, op, inputs, number: null, varies: inputs.some((i) => nodes[i].varies) }) - 1;
  };
  const expect = (token) => {
    const next = queue.shift();
    if (next !== token) throw new SyntaxError(next ? `“${token}” expected before “${next}”.` : `“${token}” is missing.`);
  };

  function sum() {
    let left = term();
    while (queue[0] === "+" || queue[0] === "-") left = operation(queue.shift(), left, term());
    return left;
  }
  function term() {
    let left = unary();
    while (queue[0] === "*" || queue[0] === "/") left = operation(queue.shift(), left, unary());
    return left;
  }
  function unary() {
    if (queue[0] !== "-") return power();
    queue.shift();
    return operation("neg", unary());
  }
  function power() {
    const base = atom();
    if (queue[0] !== "^") return base;
    queue.shift();
    return operation("^", base, unary());
  }
  function atom() {
    const token = queue.shift();
    if (token === undefined) throw new SyntaxError("Something is missing at the end.");
    if (isNumber(token)) return leaf(String(Number(token)), Number(token));
    if (token === "(") {
      const inside = sum();
      expect(")");
      return inside;
    }
    if (!isName(token)) throw new SyntaxError(`A number or a name expected before “${token}”.`);
    if (isFunction(token)) {
      expect("(");
      const inside = sum();
      expect(")");
      return operation(token, inside);
    }
    if (queue[0] === "(") throw new SyntaxError(`There is no function “${token}”.`);
    if (token.length > 3) throw new SyntaxError(`“${token}”: names have at most three characters.`);
    return leaf(token, null);
  }

  if (queue.length === 0) throw new SyntaxError("Write an expression.");
  const result = sum();
  if (queue.length > 0) throw new SyntaxError(`An operator expected before “${queue[0]}”.`);
  if (!nodes[result].varies) throw new SyntaxError("No variable in it: there is no slope to find.");
  if (nodes.length > MOST_NODES) throw new SyntaxError(`At most ${MOST_NODES} nodes, this has ${nodes.length}.`);
  return nodes;
}

/** The names of the variables, in the order in which they appear. */
export function variables(nodes) {
  return nodes.filter((node) => node.op === null && node.varies).map((node) => node.name);
}

/** "w * x", from a function that writes an input. */
export function formula(node, write) {
  const inputs = node.inputs.map(write);
  if (node.op === null) return node.name;
  if (node.op === "neg") return `−${inputs[0]}`;
  return inputs.length === 1 ? `${node.op}(${inputs[0]})` : `${inputs[0]} ${node.op.replace("-", "−")} ${inputs[1]}`;
}

/**
 * One state a step: { kind, node, values, slopes, sent }, with null for what is not yet known.
 *
 * Its kind is "start"; "forward" for each operation; "seed"; "backward" for each operation, from the last to
 * the first, with what it has `sent` to its inputs: [{ to, amount, local }].
 */
export function trace(nodes, given) {
  let values = nodes.map((node) => (node.op === null ? node.number ?? given[node.name] : null));
  let slopes = nodes.map(() => null);
  const states = [{ kind: "start", node: null, values, slopes, sent: [] }];
  const at = (list, index, value) => list.map((old, i) => (i === index ? value : old));
  const operations = nodes.map((_, i) => i).filter((i) => nodes[i].op !== null);

  for (const i of operations) {
    const inputs = nodes[i].inputs.map((j) => values[j]);
    values = at(values, i, OPERATIONS[nodes[i].op].value(...inputs));
    states.push({ kind: "forward", node: i, values, slopes, sent: [] });
  }
  slopes = at(slopes, nodes.length - 1, 1);
  states.push({ kind: "seed", node: nodes.length - 1, values, slopes, sent: [] });
  for (const i of operations.filter((j) => nodes[j].varies).reverse()) {
    const { op, inputs } = nodes[i];
    const local = OPERATIONS[op].slopes(...inputs.map((j) => values[j]));
    const sent = inputs.map((to, k) => ({ to, local: local[k], amount: slopes[i] * local[k] }));
    const arrived = sent.filter(({ to }) => nodes[to].varies);
    for (const { to, amount } of arrived) slopes = at(slopes, to, (slopes[to] ?? 0) + amount);
    states.push({ kind: "backward", node: i, values, slopes, sent: arrived });
  }
  return states;
}

/**
 * Where to draw: rows from the inputs up, and in each row from left to right what stands there.
 *
 * What stands in a row is { node, passes }: a node, or the way of its arrows through a row between. Neighbors
 * are ordered by the mean place of their inputs, so that few arrows cross.
 */
export function layout(nodes) {
  const level = [];
  nodes.forEach(({ inputs }, i) => (level[i] = inputs.length ? 1 + Math.max(...inputs.map((j) => level[j])) : 0));
  const lastUse = nodes.map((_, i) => Math.max(0, ...nodes.map((n, k) => (n.inputs.includes(i) ? level[k] : 0))));
  const rows = [];
  let place = {};
  for (let row = 0; row <= level[nodes.length - 1]; row++) {
    const standing = nodes.flatMap((_, i) => {
      if (level[i] === row) return [{ node: i, passes: false }];
      return level[i] < row && row < lastUse[i] ? [{ node: i, passes: true }] : [];
    });
    const mean = ({ node, passes }) => {
      const from = passes ? [node] : nodes[node].inputs;
      return from.length ? from.reduce((sum, i) => sum + place[i], 0) / from.length : node;
    };
    standing.sort((a, b) => mean(a) - mean(b));
    const width = standing.map(({ passes }) => (passes ? 0.4 : 1));
    const total = width.reduce((sum, w) => sum + w, 0);
    let left = 0;
    standing.forEach((one, k) => {
      Object.assign(one, { x: (left + width[k] / 2) / total, room: width[k] / total });
      left += width[k];
    });
    place = { ...place, ...Object.fromEntries(standing.map(({ node, x }) => [node, x])) };
    rows.push(standing);
  }
  return rows;
}
