/* Print a page with the theme's button, whose own handler the page's policy would not let run; in
   light colours, and with all verdicts open, whatever the screen shows. */
(() => {
  const root = document.documentElement.dataset;
  let folded = [];
  let theme = root.theme;

  for (const button of document.querySelectorAll(".btn-download-pdf-button")) {
    button.addEventListener("click", () => window.print());
  }

  addEventListener("beforeprint", () => {
    theme = root.theme;
    root.theme = "light";
    folded = [...document.querySelectorAll("details.verdict-fold:not([open])")];
    for (const fold of folded) fold.open = true;
  });

  addEventListener("afterprint", () => {
    root.theme = theme;
    for (const fold of folded) fold.open = false;
  });
})();
