// What the reader has answered right, kept in this browser and nowhere else.
//
// Stored: {"<chapter>": {"<quiz>": {"right": 4, "of": 6, "solved": ["<question>", ...]}}}
//
//   progress.record(chapter, quiz, right, of, solved)   progress.of(chapter) -> {right, of}
//   progress.solved(chapter, quiz) -> [question, ...]   progress.forget()   progress.onChange(fn)
//
// In the page: an element with data-progress-chapter, and data-progress-of (how many questions the chapter has), gets
// data-state none, begun or done, and its .progress-text the words. A button with data-forget-progress is shown.
(() => {
  "use strict";

  const KEY = "layer-by-layer.progress";
  const listeners = [];
  let stored = null; // the text last read or written
  let refused = false; // storage is off or full: `stored` is all there is, for as long as the page

  function read() {
    try {
      if (!refused) stored = localStorage.getItem(KEY);
    } catch {
      refused = true;
    }
    try {
      const all = JSON.parse(stored);
      return all && typeof all === "object" ? all : {};
    } catch {
      return {}; // not ours, or damaged: the next answer replaces it
    }
  }

  function write(all) {
    stored = all && JSON.stringify(all);
    try {
      if (all) localStorage.setItem(KEY, stored);
      else localStorage.removeItem(KEY);
    } catch {
      refused = true;
    }
    changed();
  }

  const count = (value) => (Number.isInteger(value) && value > 0 ? value : 0);
  const quizzes = (chapter) => Object(read()[chapter]);

  function record(chapter, quiz, right, of, solved = []) {
    write({ ...read(), [chapter]: { ...quizzes(chapter), [quiz]: { right, of, solved } } });
  }

  function of(chapter) {
    const sum = { right: 0, of: 0 };
    for (const quiz of Object.values(quizzes(chapter))) {
      sum.right += count(quiz?.right);
      sum.of += count(quiz?.of);
    }
    return sum;
  }

  function solved(chapter, quiz) {
    const questions = quizzes(chapter)[quiz]?.solved;
    return Array.isArray(questions) ? questions : [];
  }

  function forget() {
    write(null);
  }

  function onChange(listener) {
    listeners.push(listener);
  }

  function changed() {
    fillPage();
    for (const listener of listeners) listener();
  }

  const unbegun = new WeakMap(); // what the page itself says, where there is nothing to report

  function fillPage() {
    for (const element of document.querySelectorAll("[data-progress-chapter]")) {
      const { right, of: asked } = of(element.dataset.progressChapter);
      const total = Number(element.dataset.progressOf) || asked;
      const state = asked === 0 ? "none" : right < total ? "begun" : "done";
      element.dataset.state = state;
      const text = element.querySelector(".progress-text");
      if (!text) continue;
      if (!unbegun.has(text)) unbegun.set(text, text.textContent);
      const begun = `${right} of ${total} right`;
      text.textContent = { none: unbegun.get(text), begun, done: `all ${total} right` }[state];
    }
  }

  function start() {
    fillPage();
    for (const button of document.querySelectorAll("[data-forget-progress]")) {
      button.hidden = false;
      button.addEventListener("click", () => {
        if (confirm("Forget all your answers in this book? They are kept in this browser only.")) forget();
      });
    }
  }

  window.progress = { record, of, solved, forget, onChange };
  // Another tab wrote (key null: it cleared everything), or the browser shows the page again as it was left.
  addEventListener("storage", (event) => [KEY, null].includes(event.key) && changed());
  addEventListener("pageshow", (event) => event.persisted && changed());
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
