// Three things that a style sheet cannot do. The page reads well without them.
(() => {
  "use strict";

  // What scrolls sideways (code, a wide formula or table) can be reached, and so scrolled, by keyboard.
  const SCROLLING = ".bd-article :is(pre, .formula, .output, .pst-scrollable-table-container)";

  function makeReachable() {
    for (const box of document.querySelectorAll(SCROLLING)) {
      const scrolls = box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight;
      if (scrolls) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    }
  }

  // On paper everything folded is open, and black on white.
  let before = null; // what to go back to

  function openForPaper() {
    const closed = [...document.querySelectorAll("details:not([open])")];
    before = { closed, theme: document.documentElement.dataset.theme };
    for (const details of closed) details.open = true;
    document.documentElement.dataset.theme = "light";
  }

  function closeAgain() {
    for (const details of before?.closed ?? []) details.open = false;
    if (before) document.documentElement.dataset.theme = before.theme;
    before = null;
  }

  // Where the concept map is wider than the screen, it opens in its middle, where the first chapters stand.
  function centerMap() {
    for (const box of document.querySelectorAll(".concept-map .scroll")) {
      box.scrollLeft = (box.scrollWidth - box.clientWidth) / 2;
    }
  }

  addEventListener("load", makeReachable);
  addEventListener("load", centerMap);
  addEventListener("resize", makeReachable);
  document.addEventListener("toggle", makeReachable, true); // what was folded has no size until it opens
  addEventListener("beforeprint", openForPaper);
  addEventListener("afterprint", closeAgain);
})();
