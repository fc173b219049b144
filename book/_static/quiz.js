// Marks the quizzes of a page; book/_ext/quiz.py writes their HTML and their keys.
(() => {
  "use strict";

  const ICONS = { right: "✓", wrong: "✗" };

  /** make("p", {class: "note"}, "text", node): an element. */
  function make(tag, attributes, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  }

  /** An icon with its word: one may not see the icon, nor its color. */
  function sign(mark, word, kind = "strong") {
    return make(kind, { class: "quiz-sign" }, make("span", { "aria-hidden": "true" }, ICONS[mark]), ` ${word}`);
  }

  /** The key of a quiz: JSON, deflated, in base64 (see `seal` in quiz.py). */
  async function unseal(quiz) {
    const packed = Uint8Array.from(atob(quiz.querySelector(".quiz-key").textContent), (c) => c.charCodeAt(0));
    const json = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
    return JSON.parse(await new Response(json).text());
  }

  /** A number as people write it: 0.25, 0,25, .25, 1e-3, 12 000, −3, 1/4. NaN when it is none. */
  function parseNumber(text) {
    const plain = text
      .trim()
      .replace(/[−–]/g, "-")
      .replace(/^([+-])\s+/, "$1")
      .replace(/\s*\/\s*/g, "/")
      .replace(/(\d)\s(?=\d{3}(?!\d))/g, "$1") // spaces between groups of three digits
      .replace(/,/g, ".");
    const parts = plain.split("/");
    if (parts.length > 2 || !parts.every((part) => /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(part))) return NaN;
    const value = parts.map(Number).reduce((numerator, denominator) => numerator / denominator);
    return Number.isFinite(value) ? value : NaN;
  }

  // --- Marking: (key, answer) -> {right, says, explain}, or {ask} where there is nothing to mark yet

  function markChoices({ choices, kind }, chosen) {
    if (!chosen.includes(true)) return { ask: "Choose an answer first." };
    const wrong = choices.filter((choice, i) => chosen[i] && !choice.right).length;
    const missing = choices.filter((choice, i) => !chosen[i] && choice.right).length;
    if (!wrong && !missing) return { right: true, says: "." };
    if (kind === "one") return { right: false, says: ": the reason is below your choice. Try again." };
    const faults = [];
    if (wrong) faults.push(wrong === 1 ? "one of your choices is wrong" : `${wrong} of your choices are wrong`);
    else faults.push("what you chose is right");
    if (missing) faults.push("something is missing");
    return { right: false, says: `: ${faults.join(wrong ? ", and " : ", but ")}.` };
  }

  function markNumber({ answer, tolerance, why, wrong, otherwise }, text) {
    const value = parseNumber(text);
    if (Number.isNaN(value)) {
      const what = text.trim() ? `“${text.trim()}” is not a number that can be read here.` : "Give a number first.";
      return { ask: `${what} Write it like 0.25, 1e-3 or 1/4.` };
    }
    // The slack forgives what binary fractions lose: 0.3 is within 0.1 of 0.2.
    const meets = (target) => Math.abs(value - target) <= tolerance + 1e-12 * (tolerance + Math.abs(target));
    const says = text.includes(",") ? ` (read as ${value}).` : ".";
    if (meets(answer)) return { right: true, says, explain: why };
    return { right: false, says, explain: wrong.find((known) => meets(known.value))?.why ?? otherwise };
  }

  // --- One question

  /** Wires a question and calls `onMark(right)` when it was marked; returns what to tell whether it is solved. */
  function setUpQuestion(form, key, onMark) {
    const fieldset = form.querySelector("fieldset");
    const inputs = [...form.querySelectorAll("input")];
    const field = key.kind === "number" ? inputs[0] : null;
    const check = make("button", { type: "submit", class: "quiz-check" }, "Check");
    const others = make("button", { type: "button", class: "quiz-others" }, "Explain the other choices");
    // Read aloud when it changes, once the reader is here: not what is shown again while the page loads.
    const result = make("div", { class: "quiz-result", role: "status", "aria-live": "off" });
    let known = false; // whether the reader had solved it when last told
    const solvedSign = make("span", { class: "quiz-solved", hidden: "" }, sign("right", "solved", "span"));
    others.hidden = true;
    form.querySelector("legend").append(" ", solvedSign);
    fieldset.append(make("div", { class: "quiz-actions" }, check, others), result);
    fieldset.disabled = false;

    function clear() {
      delete form.dataset.mark;
      for (const why of form.querySelectorAll(".quiz-why")) why.remove();
      if (field) field.removeAttribute("aria-invalid");
      else for (const input of inputs) input.removeAttribute("aria-describedby");
      others.hidden = true;
      others.setAttribute("aria-expanded", "false");
      result.replaceChildren();
    }

    function explanation(html, mark) {
      const why = make("div", { class: "quiz-why" }, make("div", {}));
      why.lastChild.innerHTML = html;
      if (mark) {
        why.dataset.mark = mark;
        why.prepend(sign(mark, mark === "right" ? "Right" : "Wrong"));
      }
      return why;
    }

    function explainChoice(i) {
      const why = explanation(key.choices[i].why, key.choices[i].right ? "right" : "wrong");
      why.id = `${inputs[i].name}-why-${i + 1}`;
      inputs[i].setAttribute("aria-describedby", why.id);
      inputs[i].closest(".quiz-choice").append(why);
    }

    function show({ right, says, explain }) {
      form.dataset.mark = right ? "right" : "wrong";
      result.append(make("p", {}, sign(form.dataset.mark, right ? "Right" : "Not right"), says));
      if (explain) result.append(explanation(explain));
      inputs.forEach((input, i) => !field && input.checked && explainChoice(i));
      others.hidden = !right || inputs.every((input) => input.checked || field);
    }

    function mark() {
      const found = field ? markNumber(key, field.value) : markChoices(key, inputs.map((input) => input.checked));
      clear();
      if (found.ask) {
        result.append(make("p", {}, found.ask));
        field?.setAttribute("aria-invalid", "true");
        return;
      }
      show(found);
      onMark(found.right);
    }

    form.addEventListener("focusin", () => result.setAttribute("aria-live", "polite"));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      mark();
    });
    form.addEventListener("input", clear); // a changed answer has not been marked
    others.addEventListener("click", () => {
      const open = others.getAttribute("aria-expanded") === "true";
      others.setAttribute("aria-expanded", String(!open));
      inputs.forEach((input, i) => {
        if (input.checked) return;
        if (!open) explainChoice(i);
        else input.closest(".quiz-choice").querySelector(".quiz-why").remove();
      });
    });
    clear();

    /** Shows a question solved earlier, or in another tab, with its answer; empties it when that was forgotten. */
    return function follow(solved) {
      const news = solved !== known;
      known = solved;
      solvedSign.hidden = !solved;
      if (!news || (solved && form.dataset.mark)) return;
      form.reset();
      clear();
      if (!solved) return;
      if (field) field.value = String(Number(key.answer.toPrecision(12)));
      else inputs.forEach((input, i) => (input.checked = key.choices[i].right));
      show({ right: true, says: ": you solved this before.", explain: key.why });
    };
  }

  // --- One quiz

  async function setUpQuiz(quiz) {
    const keys = await unseal(quiz);
    const { quiz: name, chapter } = quiz.dataset;
    const summary = make("p", { class: "quiz-summary", role: "status" });
    let solved = new Set();

    const followers = [...quiz.querySelectorAll(".quiz-question")].map((form, i) =>
      setUpQuestion(form, keys[i], (right) => {
        if (right) solved.add(keys[i].id);
        window.progress?.record(chapter, name, solved.size, keys.length, [...solved]);
        update();
      }),
    );
    function update() {
      if (window.progress) {
        const known = window.progress.solved(chapter, name);
        solved = new Set(keys.map((key) => key.id).filter((id) => known.includes(id)));
      }
      followers.forEach((follow, i) => follow(solved.has(keys[i].id)));
      const open = solved.size === keys.length;
      const text = open ? `✓ All ${keys.length} right: the gate is open.` : `${solved.size} of ${keys.length} right`;
      quiz.toggleAttribute("data-open", open);
      if (summary.textContent !== text) summary.textContent = text;
    }

    window.progress?.onChange(update);
    update();
    quiz.append(summary);
  }

  function start() {
    for (const quiz of document.querySelectorAll(".quiz")) setUpQuiz(quiz);
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
